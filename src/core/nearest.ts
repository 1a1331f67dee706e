/** How many single changes (another, one more, one less, two swapped letters) lead from one word to the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let least = Math.min(changed, at(last, column) + 1, at(current, column - 1) + 1);
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && isSwap) least = Math.min(least, at(beforeLast, column - 2) + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? 0;
}

/** The choice that was most likely meant: at most a third of its letters differ. */
export function nearest(typed: string, choices: readonly string[]): string | undefined {
  const word = typed.slice(0, 40).toLowerCase();
  let found: { choice: string; distance: number } | undefined;
  for (const choice of choices) {
    const distance = editDistance(word, choice.toLowerCase());
    const isNear = distance <= Math.max(1, Math.floor(choice.length / 3));
    const isBeginning = word.length >= 2 && choice.startsWith(word);
    if (!isNear && !isBeginning) continue;
    if (found === undefined || distance < found.distance) found = { choice, distance };
  }
  return found?.choice;
}

/** A question that names what was most likely meant, with a blank after it; nothing where nothing is near. */
export function didYouMean(typed: string, choices: readonly string[]): string {
  const meant = nearest(typed, choices);
  return meant === undefined ? "" : `Did you mean "${meant}"? `;
}
