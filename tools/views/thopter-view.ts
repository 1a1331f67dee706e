import { z } from "zod";
import type { ThopterView } from "../../src/core/ports/fleet.ts";
import { stepCountWords } from "../../src/core/step-count.ts";
import { agentStatuses, thopterStatuses } from "../../src/core/thopter.ts";
import { untrustedText } from "../../src/core/untrusted-text.ts";

const longestQuestion = 2000;

export const thopterSchema = z.strictObject({
  name: z.string().describe("Names it in every tool"),
  id: z.string().describe("Stays unique after it is gone"),
  status: z.enum(thopterStatuses).describe("Of its machine"),
  agent: z.enum(agentStatuses).optional().describe("Of its agent"),
  limited_until: z.string().optional().describe("End of its usage limit"),
  settled: z.boolean().describe("Nothing more comes until someone acts"),
  owner: z.string().describe("Person"),
  mine: z.boolean().describe("You made or own it"),
  repository: z.string().describe("Address"),
  branch: z.string().describe("For its work"),
  labels: z.array(z.string()).optional().describe("To find it by"),
  age_minutes: z.int().describe("Since it was asked for"),
  expires_in_minutes: z.int().optional().describe("Then the hub destroys it"),
  operation: z.string().optional().describe("Id of what is under way"),
  progress: z.string().optional().describe("How far that is"),
  rescue: z.string().optional().describe("Id of its saved work; a person can restore it"),
});

/** A thopter as tools show it: the hub's facts alone. */
export function viewThopter(thopter: ThopterView): z.input<typeof thopterSchema> {
  const { name, id, status, settled, mine, repository, branch, labels, operation } = thopter;
  const view: z.input<typeof thopterSchema> = {
    name,
    id,
    status,
    settled,
    owner: thopter.ownerName,
    mine,
    repository,
    branch,
    age_minutes: toMinutes(thopter.ageMs),
  };
  if (thopter.agentState !== undefined) view.agent = thopter.agentState.status;
  const resetsAt = thopter.agentState?.resetsAt;
  if (resetsAt !== undefined) view.limited_until = isoTime(resetsAt);
  if (labels.length > 0) view.labels = [...labels];
  if (thopter.expiresAt !== undefined) {
    view.expires_in_minutes = toMinutes(thopter.expiresAt - thopter.createdAt - thopter.ageMs);
  }
  if (operation !== undefined) {
    view.operation = operation.id;
    view.progress = operationStanding(operation);
  }
  if (thopter.rescue !== undefined) view.rescue = thopter.rescue.id;
  return view;
}

/** What a list shows of each. */
export const thopterSummarySchema = thopterSchema.omit({
  id: true,
  expires_in_minutes: true,
  progress: true,
  rescue: true,
});

export function viewThopterSummary(thopter: ThopterView): z.input<typeof thopterSummarySchema> {
  const {
    id: _id,
    expires_in_minutes: _end,
    progress: _progress,
    rescue: _rescue,
    ...summary
  } = viewThopter(thopter);
  return summary;
}

/** What matters of a thopter to someone who waits for it. */
export const thopterStateSchema = thopterSchema.pick({
  name: true,
  status: true,
  agent: true,
  settled: true,
  branch: true,
});

export function viewThopterState(thopter: ThopterView): z.input<typeof thopterStateSchema> {
  const { name, status, settled, branch, agentState } = thopter;
  const agent = agentState === undefined ? {} : { agent: agentState.status };
  return { name, status, ...agent, settled, branch };
}

/** The open questions of waiting agents, each after its thopter's name. */
export function questionsOf(thopters: readonly ThopterView[]): string[] {
  return thopters.flatMap(({ name, agentState }) => {
    const question = agentState?.question;
    if (question === undefined) return [];
    const offered = question.choices?.map((choice, index) => `${index + 1}. ${choice}`) ?? [];
    const text = untrustedText(question.text, { maxLength: longestQuestion });
    return [[`${name}: ${text}`, ...offered].join("\n")];
  });
}

/** One thopter in a few words. */
export function thopterWords({ name, status, agentState }: ThopterView): string {
  return agentState === undefined
    ? `${name}: ${status}`
    : `${name}: ${status}, agent ${agentState.status}`;
}

/** A moment to the second: "2026-11-21T18:40:00Z". */
export function isoTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export function toMinutes(ms: number): number {
  return Math.round(ms / 60_000);
}

function operationStanding(operation: NonNullable<ThopterView["operation"]>): string {
  const { kind, status, progress, stepCount } = operation;
  const step = stepCount === undefined ? "" : `, step ${stepCountWords(stepCount)}`;
  return `${kind} ${status}${step}${progress === undefined ? "" : `: ${progress}`}`;
}
