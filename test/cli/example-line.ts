/** The examples that a command's help gives, as they stand there, without what is said of them. */
export function examplesIn(help: string): string[] {
  const [, section = ""] = help.split("\nExamples:\n");
  const [examples = ""] = section.split("\n\n");
  return examples.split("\n").flatMap((line) => /^ {2}(\S.*?)(?: {2,}.*)?$/.exec(line)?.[1] ?? []);
}

/**
 * The words of each `thopter` on a line for a shell: quoted ones are one word, `&&`, `|` and the
 * parentheses of `<(...)` end a command, settings may stand before it, and a file after `<` is none.
 */
export function commandsIn(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [, double, single, operator, word] of line.matchAll(
    /"([^"]*)"|'([^']*)'|(&&|\||<\(|\))|<\s*\S+|([^\s()|&"'<]+)/g,
  )) {
    const part = double ?? single ?? word;
    if (part !== undefined) commands.at(-1)?.push(part);
    else if (operator !== undefined) commands.push([]);
  }
  return commands
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))))
    .filter(([program]) => program === "thopter")
    .map(([, ...words]) => words);
}
