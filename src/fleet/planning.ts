import type { Caller } from "../core/actor.ts";
import { hasUnsavedWork } from "../core/plan.ts";
import type { Plan, PlanItem, Unsaved } from "../core/plan.ts";
import { isOwn } from "../core/permission.ts";
import type { ApprovedFacts } from "../core/operation.ts";
import type { DestroyRequest } from "../core/ports/fleet.ts";
import { thopterCan } from "../core/thopter.ts";
import type { Thopter } from "../core/thopter.ts";
import type { Directory } from "./directory.ts";
import type { People } from "./people.ts";
import type { FleetPorts } from "./ports.ts";

/** How long one thopter may take to say what is unsaved in it; then it counts as unknown. Milliseconds. */
const lookMs = 5000;

const nothing: Unsaved = { state: "no", commits: 0, files: 0 };
const unknown: Unsaved = { state: "unknown", commits: 0, files: 0 };

export type Planner = {
  /** What a destroy would do, as things are now. */
  plan(caller: Caller, request: DestroyRequest): Promise<Plan>;
  /** A digest of what an approval stands for. */
  hash(plan: Plan): string;
};

export function createPlanner(ports: FleetPorts, directory: Directory, people: People): Planner {
  async function unsavedIn(thopter: Thopter): Promise<Unsaved> {
    if (!thopterCan.read(thopter) || thopter.baseCommit === undefined) return nothing;
    const signal = AbortSignal.timeout(lookMs);
    try {
      return await ports.sessions.use(thopter, signal, (session) =>
        ports.git.unsaved(ports.cloneOf(session, thopter), signal),
      );
    } catch (error) {
      // What cannot be looked at may hold work: the plan says so and the policy asks.
      ports.report(error, `looking for unsaved work in ${thopter.name}`);
      return unknown;
    }
  }

  async function item(caller: Caller, thopter: Thopter): Promise<PlanItem> {
    const planned: PlanItem = {
      thopterId: thopter.id,
      name: thopter.name,
      ownerId: thopter.ownerId,
      ownerName: people.nameOf(thopter.ownerId),
      provider: thopter.provider,
      status: thopter.status,
      ageMs: ports.clock.now() - thopter.createdAt,
      unsaved: await unsavedIn(thopter),
      lineage: isOwn(caller, thopter),
    };
    if (thopter.machineId !== undefined) planned.machineId = thopter.machineId;
    if (thopter.agentState !== undefined) planned.agentStatus = thopter.agentState.status;
    return planned;
  }

  return {
    async plan(caller, request) {
      const thopters = await directory.findAll(request.thopters);
      const items = await Promise.all(thopters.map((thopter) => item(caller, thopter)));
      return {
        items,
        force: request.force ?? false,
        reason: request.reason,
        madeAt: ports.clock.now(),
      };
    },
    hash: (plan) =>
      ports.digest(
        JSON.stringify([plan.force, plan.items.map((one) => [one.thopterId, factsOf(one)])]),
      ),
  };
}

/** What an approval of this item stands for. */
export function factsOf(item: PlanItem): ApprovedFacts {
  const facts: ApprovedFacts = { ownerId: item.ownerId, unsaved: hasUnsavedWork(item) };
  if (item.machineId !== undefined) facts.machineId = item.machineId;
  return facts;
}
