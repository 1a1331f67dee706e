import { UserError } from "./errors.ts";
import { untrustedText } from "./untrusted-text.ts";

const colors = [
  "amber",
  "azure",
  "bronze",
  "copper",
  "coral",
  "crimson",
  "golden",
  "indigo",
  "ivory",
  "jade",
  "lilac",
  "olive",
  "pearl",
  "russet",
  "saffron",
  "sage",
  "scarlet",
  "silver",
  "tawny",
  "umber",
  "violet",
  "white",
];
const flyers = [
  "albatross",
  "buzzard",
  "condor",
  "crane",
  "curlew",
  "dragonfly",
  "eagle",
  "egret",
  "falcon",
  "finch",
  "goshawk",
  "heron",
  "ibis",
  "jay",
  "kestrel",
  "kite",
  "lapwing",
  "lark",
  "martin",
  "merlin",
  "moth",
  "osprey",
  "owl",
  "petrel",
  "plover",
  "raven",
  "robin",
  "sparrow",
  "starling",
  "stork",
  "swallow",
  "swift",
  "tern",
  "thrush",
  "wren",
];

/** Two words for a new thopter; `random` is in [0, 1). A number is added once most pairs are taken. */
export function chooseName(random: () => number, isFree: (name: string) => boolean): string {
  const pick = (words: readonly string[]): string =>
    words[Math.floor(random() * words.length)] ?? "grey";
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const name = `${pick(colors)}-${pick(flyers)}`;
    if (isFree(name)) return name;
  }
  const base = `${pick(colors)}-${pick(flyers)}`;
  let number = 2;
  while (!isFree(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}

const pattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const longest = 40;

/** Checks a name that someone chose: it becomes a branch, a directory and a machine's name. Throws UserError. */
export function parseThopterName(name: string): string {
  if (pattern.test(name) && name.length <= longest) return name;
  throw new UserError(
    `Cannot name a thopter "${untrustedText(name, { maxLength: longest })}": a name is small letters, digits and single hyphens, begins with a letter, and has at most ${longest} characters, like "amber-falcon".`,
  );
}
