import type { Readable, Writable } from "node:stream";
import { cancel, intro, isCancel, log, outro, password, select, text } from "@clack/prompts";
import type { Option } from "@clack/prompts";
import { CommandFailed, exitCodes } from "../command.ts";
import type { Seat } from "../command.ts";
import { isBad, markOf } from "../commands/doctor.ts";
import type { Finding } from "../commands/doctor.ts";
import { wrap } from "../shown-text.ts";
import { safe } from "../shown-text.ts";
import { spin } from "./spinner.ts";

type Choice<T> = { value: T; label: string; hint?: string | undefined };

/** How init talks with the person at the terminal. Leaving throws CommandFailed. */
export type Talk = {
  begin(title: string): void;
  end(words: string): void;
  /** The same, where they left before the end. */
  leave(words: string): void;
  choose<T extends string>(
    question: string,
    choices: readonly Choice<T>[],
    initial: T | undefined,
  ): Promise<T>;
  /** What `problemOf` has nothing to say about. */
  ask(
    question: string,
    options: { initial?: string | undefined; problemOf(value: string): string | undefined },
  ): Promise<string>;
  /** The same, and what they type does not show; empty where they only press Enter. */
  askSecret(question: string): Promise<string>;
  /** Turns while it works, and says what was found. Throws as the work does. */
  check(
    title: string,
    work: (signal: AbortSignal) => Promise<readonly Finding[]>,
  ): Promise<readonly Finding[]>;
  say(lines: readonly string[], tone?: "good" | "warning" | "plain"): void;
};

const margin = 4;

export function createTalk({ keyboard, screen }: Seat, signal: AbortSignal): Talk {
  // Both are streams of Node's own: a person sits at them.
  const streams = { input: keyboard as Readable, output: screen as Writable };
  // The library leaves a listener at the signal of each question.
  const shared = (): typeof streams & { signal: AbortSignal } => ({
    ...streams,
    signal: AbortSignal.any([signal]),
  });

  function say(lines: readonly string[], tone: "good" | "warning" | "plain" = "plain"): void {
    const width = (screen.columns ?? 80) - margin;
    const shown = lines.flatMap((line) => wrap(safe(line), width)).join("\n");
    const speak = { good: log.success, warning: log.warn, plain: log.message }[tone];
    speak(shown, { output: streams.output });
  }

  return {
    begin: (title) => intro(title, streams),
    end: (words) => outro(words, streams),
    leave: (words) => cancel(words, streams),
    say,
    async choose(message, choices, initial) {
      type Value = (typeof choices)[number]["value"];
      // The type of a choice of the library depends on its value's, which is not known here.
      const options = choices.map(withoutUndefined) as Option<Value>[];
      const start = initial === undefined ? {} : { initialValue: initial };
      return answered(
        await select<Value>({ ...shared(), ...start, message, options, showInstructions: false }),
      );
    },
    async ask(message, { initial, problemOf }) {
      const start = initial === undefined ? {} : { initialValue: initial };
      const validate = (value: string | undefined): string | undefined =>
        problemOf((value ?? "").trim());
      return answered(await text({ ...shared(), ...start, message, validate })).trim();
    },
    async askSecret(message) {
      // The library says undefined for nothing, whatever its type says.
      const typed: string | undefined = answered(await password({ ...shared(), message }));
      return (typed ?? "").trim();
    },
    async check(title, work) {
      const found = await spin(screen, title, () => raced(work(signal), signal));
      say(
        found.flatMap((one) => linesOf(one, found.length === 1)),
        found.some(isBad) ? "warning" : toneOf(found),
      );
      return found;
    },
  };
}

function toneOf(found: readonly Finding[]): "good" | "plain" {
  return found.every(({ ok }) => ok) ? "good" : "plain";
}

/** A finding in a line, and one for what mends it. */
function linesOf(finding: Finding, isAlone: boolean): string[] {
  const { ok, words, mend } = finding;
  // Of what is well the beginning will do: "thopter doctor" says the rest.
  const shown = ok ? (words.split(/[:.]\s/)[0] ?? words) : words;
  // What init itself mends is asked next.
  const isOwn = mend === undefined || mend.startsWith("thopter ");
  return [
    isAlone ? shown : `${markOf(finding)} ${shown}`,
    ...(isOwn ? [] : [`  mend it: ${mend}`]),
  ];
}

/** Whoever leaves need not wait for what does not answer. */
async function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const left = new Promise<never>((_resolve, reject) => {
    AbortSignal.any([signal]).addEventListener("abort", () => reject(leftEarly()), { once: true });
  });
  return Promise.race([work, left]);
}

function answered<T>(reply: T): Exclude<T, symbol> {
  if (isCancel(reply)) throw leftEarly();
  // No answer is a symbol but that.
  return reply as Exclude<T, symbol>;
}

function leftEarly(): CommandFailed {
  // What there is to say of it was said.
  return new CommandFailed("", exitCodes.interrupted);
}

function withoutUndefined<T>({ value, label, hint }: Choice<T>): Choice<T> {
  return { value, label, ...(hint !== undefined && { hint }) };
}
