import { laneNames } from "../../core/operation.ts";
import type { FleetStatus, ThopterDetail } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { printFacts } from "../facts.ts";
import type { Fact } from "../facts.ts";
import { stepCountWords } from "../../core/step-count.ts";
import { oneLine } from "../shown-text.ts";
import { span, workWords } from "../../core/words.ts";
import { stateSince } from "../words.ts";

const examples = `
Examples:
  thopter status                            the lanes, the queue and why it waits
  thopter status amber-falcon               one thopter, its work and its question`;

export const registerStatus: RegisterCommand = (program, context) => {
  program
    .command("status")
    .description("show the lanes, the queue and why it waits, or one thopter")
    .argument("[thopter]", "a name or id")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (thopter: string | undefined, options: { json?: boolean }) => {
      const client = await context.connect();
      if (thopter === undefined) {
        answer(context, { json: options.json, result: await client.call("status", {}) }, (status) =>
          showFleet(context, status),
        );
      } else {
        const detail = await client.call("getThopter", { thopter });
        answer(context, { json: options.json, result: detail }, () => showThopter(context, detail));
      }
    });
};

function showFleet(context: CommandContext, status: FleetStatus): void {
  const { terminal } = context;
  const { used, limit } = status.thopters;
  terminal.table(
    ["LANE", "RUNNING", "QUEUED", ""],
    status.lanes.map((lane) => [
      laneNames[lane.lane],
      `${lane.running} of ${lane.limit}`,
      String(lane.queued),
      lane.paused ? "paused" : "",
    ]),
  );
  terminal.print("");
  terminal.say(`Thopters: ${used} of ${limit}${countsIn(status)}`);
  showWork(context, status);
  showTroubles(context, status);
}

/** How many are in which state, agents' states for those that are ready. */
function countsIn({ thopterCounts, agentCounts }: FleetStatus): string {
  const { ready: _ready, ...others } = thopterCounts;
  const counts = Object.entries({ ...others, ...agentCounts });
  if (counts.length === 0) return "";
  return ` (${counts.map(([state, count]) => `${count} ${state}`).join(", ")})`;
}

function showWork({ terminal }: CommandContext, { running, queue, lanes }: FleetStatus): void {
  if (running.length + queue.length === 0) return;
  terminal.print("");
  terminal.table(
    ["OPERATION", "THOPTER", "TIME", "NOW"],
    [
      ...running.map((one) => [one.kind, one.thopterName, span(one.sinceMs), stepOf(one)]),
      ...queue.map((one) => [one.kind, one.thopterName, "", one.explanation]),
    ],
  );
  const queued = lanes.reduce((sum, lane) => sum + lane.queued, 0);
  if (queued > queue.length) terminal.print(`and ${queued - queue.length} more that wait`);
}

/** "3/9 clone". */
function stepOf({ step, stepCount }: FleetStatus["running"][number]): string {
  if (step === undefined) return "runs";
  return stepCount === undefined ? step : `${stepCount.number}/${stepCount.total} ${step}`;
}

function showTroubles({ terminal }: CommandContext, status: FleetStatus): void {
  const waiting = status.pendingApprovals;
  const approvals = waiting === 1 ? "1 approval waits" : `${waiting} approvals wait`;
  const troubles = [
    ...(status.accepting ? [] : ["The disk takes no writes: nothing is accepted."]),
    ...(status.draining ? ["The hub is stopping and starts nothing new."] : []),
    ...status.breakers.map(
      ({ provider, lane, state }) =>
        `Provider "${provider}" kept failing in the ${laneNames[lane]} (${state}).`,
    ),
    ...(waiting === 0 ? [] : [`${approvals} for a person. See: thopter approve`]),
    ...status.unknownMachines.map(
      ({ provider, name, machineId }) =>
        `Machine ${name} (${machineId}) at ${provider} belongs to no thopter.`,
    ),
  ];
  if (troubles.length > 0) terminal.print("");
  for (const trouble of troubles) terminal.say(terminal.style("yellow", oneLine(trouble)));
}

function showThopter({ terminal }: CommandContext, thopter: ThopterDetail): void {
  const { work, operation, rescue, expiresAt } = thopter;
  const facts: Fact[] = [
    { name: "name", value: thopter.name },
    { name: "state", value: stateSince(thopter) },
    { name: "limit", value: thopter.agentState?.limit },
    { name: "last words", value: thopter.lastMessage },
    { name: "question", value: thopter.agentState?.question?.text },
    { name: "owner", value: thopter.ownerName },
    { name: "age", value: span(thopter.ageMs) },
    { name: "lives", value: expiresAt === undefined ? "" : `${span(expiresAt - Date.now())} more` },
    { name: "task", value: thopter.task },
    { name: "template", value: thopter.template?.name },
    { name: "repository", value: thopter.repository },
    { name: "branch", value: work?.branch ?? thopter.branch },
    { name: "work", value: work === undefined ? thopter.workUnavailable : workWords(work) },
    { name: "operation", value: operation === undefined ? "" : underWay(operation) },
    { name: "labels", value: thopter.labels.join(", ") },
    { name: "rescue", value: rescue?.id },
    { name: "id", value: thopter.id },
  ];
  printFacts(terminal, facts, { indent: 0, nameWidth: 12, nameStyle: "bold" });
}

function underWay(operation: NonNullable<ThopterDetail["operation"]>): string {
  const { kind, status, progress, stepCount } = operation;
  const step = stepCount === undefined ? "" : `, step ${stepCountWords(stepCount)}`;
  return `${kind} ${status}${step}${progress === undefined ? "" : `: ${progress}`}`;
}
