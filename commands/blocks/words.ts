import type { SlackPeople } from "../../src/core/ports/slack-people.ts";
import type { OperationView } from "../../src/core/ports/fleet.ts";
import { stepCountWords } from "../../src/core/step-count.ts";
import type { StepCount } from "../../src/core/step-count.ts";
import { operationWords } from "../../src/core/words.ts";
import { escape, mention, quoted } from "./text.ts";

export type Names = Pick<SlackPeople, "accountOf" | "nameOf">;

/** "1 thopter", "3 thopters". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** "a, b and 3 more", as mrkdwn. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => quoted(name, 60));
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

/** A person as mrkdwn: a mention where they have an account in Slack, else their name. */
export function personWords(people: Names, personId: string): string {
  const account = people.accountOf(personId);
  return account === undefined ? quoted(people.nameOf(personId), 60) : mention(account.userId);
}

/** Text in the type of code, as mrkdwn. Nothing in it ends the code early. */
export function code(text: string, maxLength = 200): string {
  const shown = quoted(text.replaceAll("`", "'"), maxLength).replaceAll("\u2060", "");
  return shown === "" ? "" : `\`${shown}\``;
}

/** A step as people say it: "create machine". */
export function stepWords(name: string): string {
  return name.replaceAll("-", " ");
}

/** "step 3 of 9, ", where that is known. */
export function countWords(stepCount: StepCount | undefined): string {
  return stepCount === undefined ? "" : `step ${stepCountWords(stepCount)}, `;
}

/** What an operation does now, without the names of the steps that say it themselves. */
export function doingWords(operation: OperationView): string {
  return operation.steps
    .filter(({ status }) => status === "running")
    .reduce((words, { name }) => words.replace(`${name}: `, ""), operationWords(operation));
}

/** A moment in the reader's own time zone, as mrkdwn. */
export function timeOf(at: number, fallback: string): string {
  const words = escape(fallback).replaceAll(/[|^]/g, " ");
  return `<!date^${Math.floor(at / 1000)}^{time}|${words}>`;
}
