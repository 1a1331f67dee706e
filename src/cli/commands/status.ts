import { laneNames } from "../../core/operation.ts";
import type { FleetStatus, ThopterDetail } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { span, standingOf } from "../words.ts";

export const registerStatus: RegisterCommand = (program, context) => {
  program
    .command("status")
    .description("show the lanes, the queue and why it waits, or one thopter")
    .argument("[thopter]", "a name or id")
    .option("--json", "answer in JSON")
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

function showFleet({ terminal }: CommandContext, status: FleetStatus): void {
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
  terminal.print(`Thopters: ${used} of ${limit}`);
  for (const one of status.running) {
    terminal.print(
      `  ${one.kind} ${one.thopterName}: ${one.step ?? "running"} (${span(one.sinceMs)})`,
    );
  }
  for (const one of status.queue) {
    terminal.print(`  ${one.kind} ${one.thopterName}: ${one.explanation}`);
  }
  for (const { provider, lane, state } of status.breakers) {
    terminal.print(
      terminal.style(
        "yellow",
        `Provider "${provider}" kept failing in the ${laneNames[lane]} (${state}).`,
      ),
    );
  }
  if (!status.accepting)
    terminal.print(terminal.style("red", "The disk takes no writes: nothing is accepted."));
  if (status.pendingApprovals > 0)
    terminal.print(
      `Approvals that wait: ${status.pendingApprovals}. See them with: thopter approve`,
    );
  for (const { provider, name, machineId } of status.unknownMachines) {
    terminal.print(
      terminal.style(
        "yellow",
        `Machine ${name} (${machineId}) at ${provider} belongs to no thopter.`,
      ),
    );
  }
}

function showThopter({ terminal }: CommandContext, thopter: ThopterDetail): void {
  const rows: [string, string | undefined][] = [
    ["name", thopter.name],
    ["state", standingOf(thopter)],
    ["owner", thopter.ownerName],
    ["task", thopter.task],
    ["repository", thopter.repository],
    ["branch", thopter.work?.branch ?? thopter.branch],
    ["commits", thopter.work === undefined ? undefined : String(thopter.work.commitsAhead)],
    ["changes", thopter.work?.diffstat],
    ["question", thopter.agentState?.question?.text],
    [
      "operation",
      thopter.operation === undefined
        ? undefined
        : `${thopter.operation.kind} ${thopter.operation.status}`,
    ],
    ["labels", thopter.labels.join(", ")],
    ["age", span(thopter.ageMs)],
    ["rescue", thopter.rescue?.id],
    ["id", thopter.id],
  ];
  for (const [name, value] of rows) {
    if (value !== undefined && value !== "")
      terminal.print(`${terminal.style("bold", name.padEnd(11))}${value}`);
  }
}
