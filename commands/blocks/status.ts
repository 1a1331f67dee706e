import type { KnownBlock } from "@slack/types";
import { laneNames } from "../../src/core/operation.ts";
import type { ApprovalView, FleetStatus } from "../../src/core/ports/fleet.ts";
import { span } from "../../src/core/words.ts";
import type { Message } from "../message.ts";
import { again, approvalShowButton, button, ids } from "./actions.ts";
import { actions, message, paragraphs, section } from "./elements.ts";
import { quoted } from "./text.ts";
import { count, countWords, listed, stepWords } from "./words.ts";

const mostLines = 15;

/** The fleet at a glance: lanes, what runs, what waits and why, approvals and troubles. */
export function statusMessage(status: FleetStatus, approvals: readonly ApprovalView[]): Message {
  const { used, limit } = status.thopters;
  const text = `Thopters: ${used} of ${limit}. ${count(status.running.length, "operation")} running, ${status.queue.length} waiting.`;
  return message(text, [
    section(`*Thopters: ${used} of ${limit}*${countsIn(status)}\n${laneLines(status)}`),
    ...titled("Running", runningLines(status)),
    ...titled("Waiting", queueLines(status)),
    ...approvalBlocks(status, approvals),
    ...titled("Troubles", troubles(status)),
    ...actions(button("Refresh", { id: ids.status, value: again })),
  ]);
}

/** How many are in which state; agents' states for those that are ready. */
function countsIn({ thopterCounts, agentCounts }: FleetStatus): string {
  const { ready: _ready, ...others } = thopterCounts;
  const counts = Object.entries({ ...others, ...agentCounts });
  if (counts.length === 0) return "";
  return ` (${counts.map(([state, number]) => `${number} ${state}`).join(", ")})`;
}

function laneLines({ lanes }: FleetStatus): string {
  return lanes
    .map(({ lane, running, limit, queued, paused }) => {
      const words = `${laneNames[lane]}: ${running} of ${limit} running, ${queued} queued`;
      return paused ? `${words}, :double_vertical_bar: *paused*` : words;
    })
    .join("\n");
}

function runningLines({ running }: FleetStatus): string[] {
  return running.map(
    ({ kind, thopterName, step, stepCount, sinceMs }) =>
      `• ${kind} *${quoted(thopterName, 60)}* · ${countWords(stepCount)}${quoted(stepWords(step ?? "runs"), 60)} · ${span(sinceMs)}`,
  );
}

function queueLines({ queue }: FleetStatus): string[] {
  return queue.map(({ kind, thopterName, explanation, startsInMs }) => {
    const estimate = startsInMs === undefined ? "" : ` Starts in about ${span(startsInMs)}.`;
    return `• ${kind} *${quoted(thopterName, 60)}* · ${quoted(explanation, 300)}${estimate}`;
  });
}

function titled(title: string, lines: readonly string[]): KnownBlock[] {
  return lines.length === 0
    ? []
    : [section(`*${title}*`), ...paragraphs(lines, { lines: mostLines })];
}

/** Those that the reader may decide can be shown at once. */
function approvalBlocks(
  { pendingApprovals }: FleetStatus,
  approvals: readonly ApprovalView[],
): KnownBlock[] {
  if (pendingApprovals === 0) return [];
  const own = approvals.filter(({ mayDecide }) => mayDecide);
  const verb = pendingApprovals === 1 ? "waits" : "wait";
  const yours = own.length === 0 ? "" : `, ${own.length} of them for you`;
  return [
    section(`*Approvals*\n${count(pendingApprovals, "approval")} ${verb} for a person${yours}.`),
    ...own.slice(0, 5).map(({ id, plan, askedByName }) => {
      const names = listed(plan.items.map(({ name }) => name));
      return section(
        `• destroy ${names}, asked by ${quoted(askedByName, 60)}`,
        approvalShowButton(id),
      );
    }),
  ];
}

function troubles(status: FleetStatus): string[] {
  return [
    ...(status.accepting ? [] : ["The disk takes no writes: nothing is accepted."]),
    ...(status.draining ? ["The hub is stopping and starts nothing new."] : []),
    ...status.breakers.map(
      ({ provider, lane, state }) =>
        `Provider "${quoted(provider, 60)}" kept failing in the ${laneNames[lane]} (${state}).`,
    ),
    ...status.unknownMachines.map(
      ({ provider, name, machineId }) =>
        `Machine ${quoted(name, 60)} (${quoted(machineId, 60)}) at ${quoted(provider, 60)} belongs to no thopter.`,
    ),
  ];
}
