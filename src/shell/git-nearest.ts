/** The names most like a word, best first: those that hold it, then by the edits between them. */
export function nearest(word: string, names: readonly string[], most: number): string[] {
  const wanted = word.toLowerCase();
  const distance = (name: string): number =>
    name.toLowerCase().includes(wanted) ? 0 : edits(wanted, name.toLowerCase());
  return names
    .map((name) => ({ name, distance: distance(name) }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

/** How many letters have to be put in, taken out or changed (Levenshtein), in the first 100 letters. */
function edits(from: string, to: string): number {
  const target = Array.from(to.slice(0, 100));
  let row = [0, ...target.map((_, at) => at + 1)];
  for (const [line, letter] of Array.from(from.slice(0, 100)).entries()) {
    const next = [line + 1];
    for (const [at, other] of target.entries()) {
      const change = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
