import type { SlackCommand, Typed } from "../define-command.ts";
import { readFlags } from "./flags.ts";
import { nearest } from "../../src/core/nearest.ts";
import { tokensOf } from "./tokens.ts";
import type { Token } from "./tokens.ts";
import { unwrap } from "./unwrap.ts";

/** What someone asked for. */
export type Requested =
  | { kind: "nothing" }
  | { kind: "run"; command: SlackCommand; typed: Typed }
  | { kind: "help"; about: SlackCommand }
  /** The subcommand is known, what follows is not right. */
  | { kind: "wrong"; command: SlackCommand; words: string }
  | { kind: "unknown"; word: string; meant: string | undefined };

/** Longer text than Slack lets anyone type is cut. */
const longestText = 12_000;

/** Reads what follows `/thopter` or a mention of the bot. Never throws. */
export function parseRequest(raw: string, commands: readonly SlackCommand[]): Requested {
  const text = unwrap(raw.slice(0, longestText));
  const tokens = tokensOf(text);
  const first = tokens[0];
  if (first === undefined) return { kind: "nothing" };
  const word = first.text.toLowerCase();
  const command = commands.find(({ name }) => name === word);
  if (command === undefined) return otherWord(word, commands);
  const { flags, rest, wrong, wantsHelp } = readFlags(command, text, tokens.slice(1));
  if (wantsHelp) return { kind: "help", about: command };
  if (wrong !== undefined) return { kind: "wrong", command, words: wrong };
  const words = rest.map(({ text: each }) => each);
  const typed = {
    words,
    text: textOf(text, tokens.slice(1), rest),
    flags: Object.fromEntries(flags),
  };
  return { kind: "run", command, typed };
}

function otherWord(word: string, commands: readonly SlackCommand[]): Requested {
  if (/^(?:--?|[—–])help$|^-h$|^\?$/.test(word)) return { kind: "nothing" };
  return {
    kind: "unknown",
    word,
    meant: nearest(
      word,
      commands.map(({ name }) => name),
    ),
  };
}

/** What is left between the flags as it was typed; a text that is one phrase in quotes, without them. */
function textOf(text: string, tokens: readonly Token[], rest: readonly Token[]): string {
  const [only, second] = rest;
  if (only?.isQuoted === true && second === undefined) return only.text.trim();
  const kept = new Set(rest);
  let left = "";
  let end = tokens[0]?.start ?? 0;
  for (const token of tokens) {
    if (kept.has(token)) left += text.slice(end, token.end);
    end = token.end;
  }
  return left.trim();
}
