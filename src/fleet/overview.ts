import type { Caller } from "../core/actor.ts";
import { isOwn, requireRole } from "../core/permission.ts";
import type { Operation } from "../core/operation.ts";
import type { Fleet, FleetStatus } from "../core/ports/fleet.ts";
import type { ListThoptersRequest } from "../core/ports/listing.ts";
import { withStepCount } from "../core/step-count.ts";
import type { Thopter } from "../core/thopter.ts";
import type { Approvals } from "./approvals.ts";
import type { Directory } from "./directory.ts";
import type { FleetPorts } from "./ports.ts";
import type { Reconciler } from "./reconciler.ts";
import { openByThopter } from "./views.ts";
import { heardBy } from "./heard-by.ts";
import type { Views } from "./views.ts";

const mostInQueue = 50;
const mostPerPage = 500;

type Parts = {
  ports: FleetPorts;
  directory: Directory;
  views: Views;
  approvals: Approvals;
  reconciler: Reconciler;
};

/** The fleet at a glance: lists, and what the lanes do and why. */
export function createOverview(parts: Parts) {
  const { ports, directory, views, approvals, reconciler } = parts;
  const { engine, clock } = ports;

  async function queue(open: readonly Operation[]): Promise<FleetStatus["queue"]> {
    const queued = open.filter(({ status }) => status === "queued").slice(0, mostInQueue);
    return Promise.all(
      queued.map(async ({ id, kind, lane, thopterName }) => {
        const { words, ahead, startsInMs } = await engine.explain(id);
        const entry = { operationId: id, kind, lane, thopterName, explanation: words, ahead };
        return startsInMs === undefined ? entry : { ...entry, startsInMs };
      }),
    );
  }

  function running(open: readonly Operation[]): FleetStatus["running"] {
    return open
      .filter(({ status }) => status === "running")
      .map((operation) => {
        const step = operation.steps.findLast((record) => record.status === "running");
        const sinceMs = clock.now() - (operation.startedAt ?? clock.now());
        const entry = {
          operationId: operation.id,
          kind: operation.kind,
          thopterName: operation.thopterName,
          ...withStepCount(operation),
          sinceMs,
        };
        return step === undefined ? entry : { ...entry, step: step.name };
      });
  }

  const overview: Pick<
    Fleet,
    "status" | "listThopters" | "listOperations" | "getOperation" | "explain"
  > = {
    async status(caller) {
      requireRole(caller, "viewer", "look at the fleet");
      const thopters = await engine.thopters();
      const open = (await engine.list({ status: ["queued", "running"] })).toReversed();
      return {
        ...(await engine.status()),
        thopterCounts: countBy(thopters, ({ status }) => status),
        agentCounts: countBy(thopters, ({ agentState }) => agentState?.status),
        queue: await queue(open),
        running: running(open),
        pendingApprovals: await approvals.countPending(),
        unknownMachines: reconciler.unknownMachines(),
      };
    },
    async listThopters(caller, request) {
      requireRole(caller, "viewer", "list thopters");
      const limit = Math.min(request.limit ?? 100, mostPerPage);
      const wanted = (await engine.thopters())
        .filter((thopter) => isWanted(caller, thopter, request))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .filter(({ id }) => request.cursor === undefined || id > request.cursor);
      const page = wanted.slice(0, limit);
      const open = openByThopter(await engine.list({ status: ["queued", "running"] }));
      const items = page.map((thopter) => views.thopter(caller, thopter, open.get(thopter.id)));
      const last = page.at(-1);
      return wanted.length > limit && last !== undefined ? { items, next: last.id } : { items };
    },
    async listOperations(caller, request) {
      requireRole(caller, "viewer", "list operations");
      const limit = Math.min(request.limit ?? 50, mostPerPage);
      const thopter =
        request.thopter === undefined ? undefined : await directory.findOnRecord(request.thopter);
      const page = await engine.list({
        limit: limit + 1,
        ...(thopter === undefined ? {} : { thopterId: thopter.id }),
        ...(request.status === undefined ? {} : { status: [...request.status] }),
        ...(request.cursor === undefined ? {} : { before: request.cursor }),
      });
      const items = await Promise.all(
        page.slice(0, limit).map((operation) => views.operation(caller, operation)),
      );
      const last = items.at(-1);
      return page.length > limit && last !== undefined ? { items, next: last.id } : { items };
    },
    async getOperation(caller, id) {
      requireRole(caller, "viewer", "look at operations");
      return views.operation(caller, (await engine.explain(id)).operation);
    },
    async explain(caller, id) {
      requireRole(caller, "viewer", "look at operations");
      const { operation, ...explained } = await engine.explain(id);
      return { ...explained, operation: heardBy(caller, operation) };
    },
  };
  return overview;
}

function countBy<T, K extends string>(
  items: readonly T[],
  keyOf: (item: T) => K | undefined,
): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const item of items) {
    const key = keyOf(item);
    if (key !== undefined) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function isWanted(caller: Caller, thopter: Thopter, request: ListThoptersRequest): boolean {
  const { mine, status, agentStatus, label, repository } = request;
  if (mine === true && !isOwn(caller, thopter)) return false;
  if (status !== undefined && !status.includes(thopter.status)) return false;
  if (agentStatus !== undefined && !agentStatus.some((one) => one === thopter.agentState?.status))
    return false;
  if (label !== undefined && !thopter.labels.includes(label)) return false;
  return repository === undefined || thopter.repository.includes(repository);
}
