import { randomBytes } from "node:crypto";
import { UserError } from "../core/errors.ts";
import type { AnswerRequest, TellRequest } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import { describeMore, readAnswer, type GivenAnswer } from "../core/answer-text.ts";
import type { AgentState, Question } from "../core/thopter.ts";
import { stripControls } from "../core/untrusted-text.ts";
import type { Tmux } from "../shell/tmux.ts";
import { hasEnded, readState, type StateReader } from "./command-state.ts";
import { pause } from "./pause.ts";
import type { Dialog } from "./asked.ts";
import { tellText } from "./tell-text.ts";

const interruptPauseMs = 150;
const longestQuote = 200;
/** How long taking an answer back may take, whatever became of who gave it. */
const takeBackMs = 10_000;

/** How an agent is typed to. */
export type Keyboard = {
  /** Types a message and its Enter, and interrupts the agent first where the request says so. */
  tell(tmux: Tmux, request: TellRequest, signal: AbortSignal): Promise<void>;
  /** Gives an answer, by keys where it has a dialog. */
  answer(tmux: Tmux, given: Given, signal: AbortSignal): Promise<void>;
};

export type Given = {
  /** The answer in one line. */
  text: string;
  given: GivenAnswer;
  dialog: Dialog | undefined;
};

export type Talker = StateReader & { name: string; keyboard: Keyboard };

/** Types to a program that reads lines. */
export function createPlainKeyboard(clock: Clock): Keyboard {
  return {
    async tell(tmux, request, signal) {
      if (request.interrupt) {
        await tmux.press(["C-c"], signal);
        // A program may throw away what was typed while it handles the interrupt.
        await pause(clock, interruptPauseMs, signal);
      }
      await tmux.send(tellText(request), signal);
    },
    answer: (tmux, { text }, signal) => tmux.send(text, signal),
  };
}

/** Types a message for an agent. Throws UserError "conflict" when it has ended, or asks something. */
export async function tellAgent(
  talker: Talker,
  request: TellRequest,
  signal: AbortSignal,
): Promise<void> {
  const { name, tmux, spool, keyboard } = talker;
  const { shown, state, standing } = await readState(talker, signal);
  if (hasEnded(shown)) throw cannot("tell", name, endOf(shown));
  if (state.question !== undefined) throw asksFirst(name, state.question);
  if (shown.status === "waiting") throw showsDialog(name);
  // What it last said of itself no longer holds.
  if (standing.report !== undefined) await spool.note({ hub: "told" }, signal);
  await keyboard.tell(tmux, request, signal);
}

/** Types the answer to the open question of an agent, once. Throws UserError. */
export async function answerAgent(
  talker: Talker,
  { hash, text }: AnswerRequest,
  signal: AbortSignal,
): Promise<void> {
  const { name, tmux, spool, keyboard } = talker;
  const { shown, state, standing } = await readState(talker, signal);
  if (hasEnded(shown)) throw cannot("answer", name, endOf(shown));
  const { question } = state;
  if (question === undefined) throw cannot("answer", name, "it asks nothing now");
  if (question.hash !== hash) {
    throw cannot("answer", name, `it asks something else now: ${quoted(question)}`);
  }
  const answer = answerOf(name, question, text);
  const id = randomBytes(8).toString("hex");
  await spool.note({ hub: "answered", hash, id }, signal);
  // Of several who answer at once, the first in the spool does.
  const { answers } = await spool.read(signal);
  if (answers.get(hash) !== id) {
    throw cannot("answer", name, "someone else has just answered it");
  }
  try {
    await keyboard.answer(tmux, { ...answer, dialog: standing.dialog }, signal);
  } catch (error) {
    await spool.note({ hub: "unanswered", id }, AbortSignal.timeout(takeBackMs));
    throw error;
  }
}

/** One line, for a second one would answer whatever comes next. */
function answerOf(name: string, question: Question, text: string): Omit<Given, "dialog"> {
  const clean = stripControls(text).replaceAll(/\s+/g, " ").trim();
  const given = readAnswer(question, clean);
  if (given !== undefined) {
    const { choices, words } = given;
    return { text: [...choices, ...(words === undefined ? [] : [words])].join("; "), given };
  }
  const offered = question.choices?.map(inQuotes).join(", ");
  const more = describeMore(question);
  const beside = more === undefined ? "" : `, or give ${more}`;
  const wanted = offered === undefined ? "say something" : `choose one of ${offered}${beside}`;
  throw new UserError(`Cannot answer the agent "${name}" with ${inQuotes(clean)}: ${wanted}.`);
}

export function endOf(state: AgentState): string {
  if (state.status === "gone") return "its session is gone";
  return state.exitCode === undefined ? "it ended" : `it ended with exit code ${state.exitCode}`;
}

const nextSteps = {
  tell: "Read its screen, then provision a new thopter or destroy this one.",
  answer: "Look at it again.",
};

function cannot(verb: "tell" | "answer", name: string, why: string): UserError {
  return new UserError(`Cannot ${verb} the agent "${name}": ${why}. ${nextSteps[verb]}`, {
    code: "conflict",
  });
}

function asksFirst(name: string, question: Question): UserError {
  return new UserError(
    `Cannot tell the agent "${name}" anything: it waits for a person's answer to its question ${quoted(question)}. A person can answer it, then tell it.`,
    { code: "conflict" },
  );
}

function showsDialog(name: string): UserError {
  return new UserError(
    `Cannot tell the agent "${name}" anything: its terminal shows a dialog. A person can close it there ("thopter attach" goes there), then tell it.`,
    { code: "conflict" },
  );
}

/** Its words in short, marked as such. */
function quoted({ text }: Question): string {
  return inQuotes(text.replaceAll(/\s+/g, " "));
}

function inQuotes(text: string): string {
  return text.length > longestQuote ? `"${text.slice(0, longestQuote)}…"` : `"${text}"`;
}
