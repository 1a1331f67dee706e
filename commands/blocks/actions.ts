import type { Button } from "@slack/types";
import type { Question } from "../../src/core/thopter.ts";
import { plain } from "./text.ts";

const longestValue = 2000;
/** More choices than these are answered in the form. */
export const mostChoiceButtons = 10;

/** The ids of the buttons that stand in messages. A message may be older than the hub: none may change its meaning. */
export const ids = {
  cancel: "th:cancel",
  retry: "th:retry",
  screen: "th:screen",
  log: "th:log",
  diff: "th:diff",
  tell: "th:tell",
  show: "th:show",
  destroy: "th:destroy",
  destroyNow: "th:destroy-now",
  destroyTyped: "th:destroy-typed",
  destroyPick: "th:destroy-pick",
  keep: "th:keep",
  extend: "th:extend",
  approve: "th:approve",
  deny: "th:deny",
  approveTyped: "th:approve-typed",
  approvalShow: "th:approval-show",
  answerText: "th:answer-text",
  provisionForm: "th:provision-form",
  list: "th:list",
  listBack: "th:list-back",
  status: "th:status",
  help: "th:help",
  pause: "th:pause",
  resume: "th:resume",
} as const;

/** The value of a button that shows the same anew, in the place of what it stands in. */
export const again = "again";
/** The value of the button that shows the list from its beginning. */
export const firstPage = "{}";

/** The id of the button that gives one of an agent's choices. */
export const answerId = (index: number): string => `th:answer:${index}`;

type Look = {
  id: string;
  value: string;
  style?: "primary" | "danger";
  confirm?: Button["confirm"];
};

export function button(text: string, { id, value, style, confirm }: Look): Button {
  const made: Button = {
    type: "button",
    action_id: id,
    text: plain(text, 75),
    value: value.slice(0, longestValue),
  };
  if (style !== undefined) made.style = style;
  if (confirm !== undefined) made.confirm = confirm;
  return made;
}

/** Cancels a queued or running operation. */
export const cancelButton = (operationId: string): Button =>
  button("Cancel", { id: ids.cancel, value: operationId });

/** Asks again for what a failed or canceled operation did not achieve. */
export const retryButton = (operationId: string): Button =>
  button("Retry", { id: ids.retry, value: operationId, style: "primary" });

/** Shows a thopter's screen to whoever presses it, and to them alone. */
export const screenButton = (thopterId: string): Button =>
  button("Screen", { id: ids.screen, value: thopterId });

export const logButton = (thopterId: string): Button =>
  button("Setup log", { id: ids.log, value: thopterId });

export const diffButton = (thopterId: string): Button =>
  button("Diff", { id: ids.diff, value: thopterId });

/** Opens a form for what to tell the agent. */
export const tellButton = (thopterId: string): Button =>
  button("Tell…", { id: ids.tell, value: thopterId });

/** Shows what would be destroyed, and asks. */
export const destroyButton = (thopterId: string): Button =>
  button("Destroy…", { id: ids.destroy, value: thopterId });

/** Puts off the end of a thopter's life. */
export const extendButton = (thopterId: string): Button =>
  button("Keep it 2 h longer", { id: ids.extend, value: thopterId });

/** Posts an approval anew where it is pressed. */
export const approvalShowButton = (approvalId: string): Button =>
  button("Show", { id: ids.approvalShow, value: approvalId });

const atStake = (words: string): NonNullable<Button["confirm"]> => ({
  title: plain("Are you sure?", 100),
  text: plain(words, 300),
  confirm: plain("Destroy", 30),
  deny: plain("Keep", 30),
  style: "danger",
});

/** Approves a destroy; Slack asks once more. */
export const approveButton = (approvalId: string, words: string): Button =>
  button("Destroy", {
    id: ids.approve,
    value: approvalId,
    style: "danger",
    confirm: atStake(words),
  });

/** Opens the form in which the number of thopters has to be typed. */
export const approveTypedButton = (approvalId: string, number: number): Button =>
  button(number === 1 ? "Destroy…" : `Destroy ${number}…`, {
    id: ids.approveTyped,
    value: approvalId,
    style: "danger",
  });

export const denyButton = (approvalId: string): Button =>
  button("Keep", { id: ids.deny, value: approvalId });

/** Destroys what the policy allows at once; Slack asks once more. */
export const destroyNowButton = (value: string, words: string): Button =>
  button("Destroy", {
    id: ids.destroyNow,
    value,
    style: "danger",
    confirm: atStake(words),
  });

/** Takes a whisper away. */
export const keepButton = (): Button => button("Keep", { id: ids.keep, value: "keep" });

/** Opens the form with the question, for whoever may answer it. */
export const answerButton = (thopterId: string, question: Question): Button =>
  button("Answer…", {
    id: ids.answerText,
    value: `${thopterId}|${question.hash}`,
    style: "primary",
  });

/**
 * A button for each choice of a question, and the one that opens a form for what else it takes. All
 * carry the question's hash: once another question is open they answer nothing and say so.
 */
export function answerButtons(thopterId: string, question: Question): Button[] {
  const value = `${thopterId}|${question.hash}`;
  const choices = question.choices ?? [];
  // One press gives one choice.
  const shown = question.several === true ? [] : choices.slice(0, mostChoiceButtons);
  const buttons = shown.map((choice, index) => button(choice, { id: answerId(index), value }));
  const isAll = choices.length > 0 && choices.length === shown.length;
  if (isAll && question.words === undefined) return buttons;
  return [...buttons, answerButton(thopterId, question)];
}
