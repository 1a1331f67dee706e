import type { Ask } from "../ask.ts";
import { allThopters } from "../choose/find.ts";
import type { CommandPorts } from "../command-ports.ts";
import type { Typed } from "../define-command.ts";

const twoWords = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/;
const id = /^[0-9A-HJKMNP-TV-Z]{26}$/i;

/** Words that are to be names: a list with commas, formatting copied along, and a capital made by a keyboard are no mistake. */
export function withNames(typed: Typed): Typed {
  const words = typed.words
    .flatMap((word) => word.split(","))
    .map((word) => word.replace(/^[`*_~@]+|[`*_~.:;!?]+$/g, ""))
    .filter((word) => word !== "")
    .map((word) => (id.test(word) ? word : word.toLowerCase()));
  return { ...typed, words };
}

/** Those of the words that can be no name: they neither look like one nor are one. */
export async function strangers(
  ports: Pick<CommandPorts, "fleet">,
  ask: Ask,
  words: readonly string[],
): Promise<string[]> {
  const doubtful = words.filter((word) => !twoWords.test(word) && !id.test(word));
  if (doubtful.length === 0) return [];
  const known = await allThopters(ports, ask.caller);
  return doubtful.filter((word) => !known.some(({ name }) => name === word));
}
