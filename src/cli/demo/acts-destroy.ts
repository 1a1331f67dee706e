import { existsSync } from "node:fs";
import { z } from "zod";
import { followOperations } from "../follow.ts";
import { planHead, planRows } from "../words.ts";
import { keeper } from "./acts-work.ts";
import type { Stage } from "./stage.ts";
import { processesOf } from "./leftovers.ts";
import { commitsInBundle } from "./repository.ts";

const askedSchema = z.object({ outcome: z.string(), approval: z.string() });

export async function bulkDestroyAct(stage: Stage, names: readonly string[]): Promise<void> {
  const { agent, claims, person, terminal, signal } = stage;
  claims.act(
    "It asks to destroy all three; one has work that was never pushed, so a person decides",
  );
  const asked = await agent.call(
    "destroy_thopters",
    { thopters: names, reason: "the work is collected" },
    askedSchema,
  );
  claims.check("nothing happens until a person has decided", asked.outcome === "approval-needed");
  const approval = await person.call("getApproval", { id: asked.approval });
  terminal.print("");
  terminal.table(planHead, planRows(approval.plan));
  terminal.print("");
  terminal.print(`  A person has to decide, because ${approval.why}.`);
  terminal.print("  The demo plays that person, and confirms.");
  const { operations } = await person.call("decide", { id: approval.id, decision: "approve" });
  claims.check("one confirmation queued all three", operations.length === names.length);
  const ids = operations.map(({ id }) => id);
  const finished = await followOperations(person, ids, { terminal, signal });
  claims.check(
    "all three are destroyed",
    finished.every(({ status }) => status === "succeeded"),
  );
  claims.check("they were destroyed in parallel", overlap(finished));
  await checkRescue(stage, names[keeper] ?? "");
}

/** Whether all ran at the same time at some moment. */
function overlap(operations: readonly { startedAt?: number; finishedAt?: number }[]): boolean {
  const lastStart = Math.max(...operations.map(({ startedAt }) => startedAt ?? Infinity));
  const firstEnd = Math.min(...operations.map(({ finishedAt }) => finishedAt ?? 0));
  return lastStart <= firstEnd;
}

async function checkRescue(
  { claims, person, repository, terminal }: Stage,
  name: string,
): Promise<void> {
  const rescues = await person.call("rescues", {});
  const rescue = rescues.find(({ thopterName }) => thopterName === name);
  claims.check(
    `the work of ${name} was rescued to a bundle`,
    rescue !== undefined && existsSync(rescue.bundlePath),
  );
  const commits = rescue === undefined ? [] : await commitsInBundle(repository, rescue.bundlePath);
  terminal.print(terminal.style("dim", `    | ${commits.join(", ")}`));
  claims.check(
    "the bundle holds the commit that was never pushed",
    commits.includes("Note what I was told"),
  );
}

export async function goneAct({ claims, person, place }: Stage): Promise<void> {
  claims.act("The hub looks once more");
  const { items } = await person.call("listThopters", {});
  const { thopters, unknownMachines } = await person.call("status", {});
  claims.check("no thopter is left", items.length === 0 && thopters.used === 0);
  claims.check(
    "no machine is left",
    unknownMachines.length === 0 && (await place.machinesLeft()) === 0,
  );
  const left = await processesOf(place.machinesDirectory);
  claims.check("no agent, tmux server or sandbox runs any more", left.length === 0);
}
