import { parseEnv } from "node:util";
import { UserError } from "../core/errors.ts";

type Values = Readonly<Record<string, string | undefined>>;

/**
 * The text of an env file with these set and those that are undefined taken out; every other line stays
 * as it is. Throws UserError where it would not be read back as it was meant.
 */
export function changeEnvText(text: string, changes: Values): string {
  const left = new Map(Object.entries(changes));
  const lines = entriesOf(text).flatMap(({ name, text: line }) => {
    if (name === undefined || !Object.hasOwn(changes, name)) return [line];
    const value = left.get(name);
    left.delete(name);
    return value === undefined ? [] : [lineOf(name, value)];
  });
  if (lines.at(-1) === "") lines.pop();
  const added = [...left].flatMap(([name, value]) =>
    value === undefined ? [] : [lineOf(name, value)],
  );
  const changed = [...lines, ...added, ""].join("\n");
  mustReadBack(changed, { ...parseEnv(text), ...changes });
  return changed;
}

type Entry = { name?: string; text: string };

/** Lines, with those of a quoted value together. */
function entriesOf(text: string): Entry[] {
  const entries: Entry[] = [];
  let rest = text;
  while (rest !== "") {
    const found = /^[^\S\n]*(?:export\s+)?([\w.-]+)[^\S\n]*=[^\S\n]*(["'`])?/.exec(rest);
    const [start = "", name, quote] = found ?? [];
    const close = quote === undefined ? -1 : rest.indexOf(quote, start.length);
    const end = rest.indexOf("\n", Math.max(close, 0));
    const one = end < 0 ? rest : rest.slice(0, end);
    entries.push({ ...(name !== undefined && { name }), text: one });
    rest = end < 0 ? "" : rest.slice(end + 1);
    if (end >= 0 && rest === "") entries.push({ text: "" });
  }
  return entries;
}

function lineOf(name: string, value: string): string {
  return `${name}=${quoted(name, value)}`;
}

/** A value as it is where that will do, else in the quotes that it does not have itself. */
function quoted(name: string, value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  if (!value.includes("`")) return `\`${value}\``;
  // Between these a backslash before an n is a line break.
  if (!value.includes('"') && !value.includes("\\n")) return `"${value}"`;
  if (/^[^\s"'`#][^\n#]*(?<!\s)$/.test(value)) return value;
  throw new UserError(
    `Cannot write ${name} to the env file: its value has every kind of quote. Set it in the environment instead.`,
  );
}

function mustReadBack(text: string, wanted: Values): void {
  const read = parseEnv(text);
  const names = new Set([...Object.keys(read), ...Object.keys(wanted)]);
  const wrong = [...names].find((name) => read[name] !== wanted[name]);
  if (wrong === undefined) return;
  throw new UserError(
    `Cannot write the env file: ${wrong} would be read back as something else. It may have no control character; a quote that another line opens has to be closed.`,
  );
}
