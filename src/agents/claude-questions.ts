import { z } from "zod";
import { untrustedText } from "../core/untrusted-text.ts";
import type { ClaudePermissions } from "./claude-hooks.ts";
import { showChoices } from "./claude-choices.ts";
import { planFirst, planRows } from "./report-line.ts";
import { shownStart } from "./screen-text.ts";

/** What Claude Code asks before it uses a tool. */
export type ClaudeRequest = { tool: string; input: Record<string, unknown> };

const oneQuestion = z.object({
  question: z.string(),
  header: z.string().optional(),
  multiSelect: z.boolean().optional(),
  options: z
    .array(z.object({ label: z.string(), preview: z.string().optional() }))
    .min(1)
    .max(8),
});
type OneQuestion = z.output<typeof oneQuestion>;

const questions = z.object({ questions: z.array(oneQuestion).min(1).max(4) });

const longestWords = 3500;
/** How much of a question tells it from others that begin like it. */
const longestEvidence = 1000;

/** Makes a report of a question, which keys answer while the terminal shows it. */
export function reportQuestion(
  { tool, input }: ClaudeRequest,
  permissions: ClaudePermissions,
): object {
  switch (tool) {
    case "AskUserQuestion":
      return questionsOf(input) ?? dismissible(tool, input);
    case "ExitPlanMode":
      return planOf(input, permissions) ?? dismissible(tool, input);
    case "EnterPlanMode":
      return {
        status: "waiting",
        question:
          "Claude asks whether to make a plan first; No lets it begin without one. No code is changed until you approve the plan.",
        choices: ["Yes", "No"],
        keys: [planFirst, "Escape"],
        shows: ["Claude wants to enter plan mode"],
        unnumbered: true,
      };
    default:
      return {
        status: "waiting",
        question: `Claude asks whether it may use ${tool}: ${wordsOf(input)}`,
        choices: ["Yes", "No"],
        keys: ["1", "Escape"],
        shows: ["1. Yes", ...evidenceOf(input)],
        words: "No, ",
      };
  }
}

/** Its own questions, which one dialog asks one after the other. */
function questionsOf(input: Record<string, unknown>): object | undefined {
  const asked = questions.safeParse(input);
  if (!asked.success) return undefined;
  const all = asked.data.questions;
  const isReviewed = all.length > 1 || all.some(({ multiSelect }) => multiSelect === true);
  const tabs = isReviewed ? all.flatMap(({ header = "" }) => (header === "" ? [] : [header])) : [];
  const lines = all.map((one, index) => {
    const count = all.length === 1 ? "" : ` (${index + 1} of ${all.length})`;
    const isLast = index === all.length - 1;
    return {
      ...lineOf(one, { count, evidence: evidenceOfOne(one, all) }),
      ...(tabs.length === all.length && { tabs }),
      ...(isReviewed && isLast && { reviewed: true }),
    };
  });
  const isFair = lines.every(
    ({ question, shows: [shown] }, index) =>
      question.length <= longestWords &&
      lines.findIndex(({ shows: [other] }) => other === shown) === index,
  );
  if (!isFair) return undefined;
  const [first, ...next] = lines;
  return { status: "waiting", ...first, ...(next.length > 0 && { next }) };
}

/** What the screen shows of a question while no other one is shown. */
function evidenceOfOne({ question }: OneQuestion, all: readonly OneQuestion[]): string {
  const begun = shownStart(question);
  const isAlone = all.filter((other) => shownStart(other.question) === begun).length === 1;
  return isAlone ? begun : question.slice(0, longestEvidence);
}

function lineOf(
  { question, multiSelect, options }: OneQuestion,
  { count, evidence }: { count: string; evidence: string },
) {
  const labels = options.map(({ label }) => label);
  const { choices, notes } = showChoices(labels);
  const keys = choices.map((_, index) => String(index + 1));
  const several = multiSelect === true;
  // Previews leave no room for words of one's own, and a number only shows one.
  const hasPreview = options.some(({ preview }) => preview !== undefined);
  const rows = labels.map((one, index) => (several ? one : `${keys[index]}. ${one}`));
  return {
    question: [`${question}${count}`, ...notes].join("\n"),
    ...{ choices, keys, shows: [evidence, ...rows] },
    ...(several && { several }),
    ...(hasPreview && !several ? { enter: true } : { words: "" }),
  };
}

/** An approved plan is worked on with the rights that the session was started with, and no more. */
function planOf(
  { plan }: Record<string, unknown>,
  permissions: ClaudePermissions,
): object | undefined {
  if (typeof plan !== "string" || plan.trim() === "") return undefined;
  const isFree = permissions === "bypassPermissions";
  const text = untrustedText(plan.trim(), { maxLength: longestWords });
  return {
    status: "waiting",
    question: `Claude asks whether to work by this plan; No keeps it planning:\n${text}`,
    choices: ["Approve", ...(isFree ? ["Approve, and ask before each edit"] : []), "No"],
    keys: [...(isFree ? [planRows.bypass] : []), planRows.edits, "Escape"],
    shows: ["Claude has written up a plan", ...endOfPlan(plan)],
    words: "No, ",
  };
}

/** Plain words of its last line, which is above the menu however long it is; not known where it was cut off. */
function endOfPlan(plan: string): string[] {
  const last = plan.split("\n").findLast((line) => /[\p{L}\p{N}]/u.test(line)) ?? "";
  const words = last.trim().replace(/^(?:[-*#]+|\d+\.)\s+/, "");
  return /^[\p{L}\p{N} ,.:]+$/u.test(words) ? [words.slice(-40)] : [];
}

function dismissible(tool: string, input: Record<string, unknown>): object {
  return {
    status: "waiting",
    question: `Claude shows a dialog of ${tool} that only its terminal can answer ("thopter attach" goes there); here it can be dismissed: ${wordsOf(input)}`,
    choices: ["Dismiss"],
    keys: ["Escape"],
    shows: [],
  };
}

function wordsOf(input: Record<string, unknown>): string {
  const { command } = input;
  const words = typeof command === "string" ? command : JSON.stringify(input);
  return untrustedText(words, { maxLength: longestWords });
}

/** What the dialog of a tool shows of it in any case. */
function evidenceOf({ command, file_path: path }: Record<string, unknown>): string[] {
  if (typeof command === "string") return [shownStart(command)];
  return typeof path === "string" ? [shownStart(path.split("/").at(-1) ?? "")] : [];
}
