import type { InputBlock, ModalView } from "@slack/types";
import { UserError } from "../../src/core/errors.ts";
import { priorities } from "../../src/core/operation.ts";
import type { Priority } from "../../src/core/operation.ts";
import type { ProvisionRequest } from "../../src/core/ports/fleet.ts";
import { parseBase, parseRepository } from "../../src/core/repository-address.ts";
import { parseSpan } from "../../src/core/words.ts";
import type { FormValues } from "../ask.ts";
import type { Equipment } from "../choose/equipment.ts";
import { checkEquipment, equipmentFields, equipmentIn, noteOf } from "./equipment-fields.ts";
import type { Offer } from "./equipment-fields.ts";
import { field, modal, option, select, valueOf } from "./view.ts";

export const provisionFormId = "th:provision-form";

const lives = [
  ["Until someone destroys it", "none"],
  ["2 hours", "2h"],
  ["8 hours", "8h"],
  ["1 day", "1d"],
  ["3 days", "3d"],
  ["7 days", "7d"],
] as const;

/** Slack takes no longer text in a field. */
export const longestTask = 3000;
const longestAddress = 1000;

/** What is filled in already. */
export type Filled = Equipment & { repository?: string | undefined; task?: string };

/** The form for a new thopter. */
export function provisionForm(filled: Filled, offer: Offer): ModalView {
  const ttls = lives.map(([text, value]) => option(text, value));
  const levels = priorities.map((one) => option(one, one));
  return modal({
    id: provisionFormId,
    title: "New thopter",
    submit: "Provision",
    note: noteOf(offer),
    blocks: [
      taskField(filled.task),
      repositoryField(filled.repository),
      field({
        id: "base",
        label: "Base",
        hint: "A branch, tag or commit to start from; the default branch where it is empty.",
        isOptional: true,
        element: { type: "plain_text_input", max_length: 250 },
      }),
      ...equipmentFields(offer, filled),
      field({ id: "ttl", label: "How long does it live?", element: select(ttls, "none") }),
      field({ id: "priority", label: "Priority", element: select(levels, "normal") }),
    ],
  });
}

function taskField(task: string | undefined): InputBlock {
  return field({
    id: "task",
    label: "What should the agent do?",
    element: {
      type: "plain_text_input",
      multiline: true,
      max_length: longestTask,
      ...(task === undefined ? {} : { initial_value: task.slice(0, longestTask) }),
    },
  });
}

function repositoryField(repository: string | undefined): InputBlock {
  return field({
    id: "repository",
    label: "Repository",
    hint: "owner/name on GitHub, or an https or ssh address. It is remembered for this channel.",
    element: {
      type: "plain_text_input",
      max_length: longestAddress,
      ...(repository === undefined ? {} : { initial_value: repository.slice(0, longestAddress) }),
    },
  });
}

/** What is wrong with a filled form, by block. */
export function checkProvisionForm(
  values: FormValues,
  note: string,
): Record<string, string> | undefined {
  const problems = checkEquipment(values, note);
  if (valueOf(values, "task") === undefined) problems["task"] = "Say what the agent should do.";
  const base = valueOf(values, "base");
  noteProblem(problems, "repository", () =>
    parseRepository(valueOf(values, "repository") ?? "", { local: true }),
  );
  if (base !== undefined) noteProblem(problems, "base", () => parseBase(base));
  return Object.keys(problems).length === 0 ? undefined : problems;
}

function noteProblem(problems: Record<string, string>, id: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems[id] = error.message;
  }
}

/** What a filled form asks for. */
export function requestOf(values: FormValues): ProvisionRequest {
  const ttl = valueOf(values, "ttl") ?? "none";
  return {
    task: valueOf(values, "task") ?? "",
    repository: valueOf(values, "repository") ?? "",
    base: valueOf(values, "base"),
    ...equipmentIn(values),
    ttlMs: ttl === "none" ? undefined : parseSpan(ttl),
    priority: parsePriority(valueOf(values, "priority")),
  };
}

/** Reads a priority; undefined where none is given. Throws UserError. */
export function parsePriority(text: string | undefined): Priority | undefined {
  if (text === undefined) return undefined;
  const priority = priorities.find((one) => one === text.toLowerCase());
  if (priority !== undefined) return priority;
  throw new UserError(`Cannot use the priority "${text}": say one of ${priorities.join(", ")}.`);
}
