import { personOf } from "../core/actor.ts";
import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { ChosenIdentity } from "../core/identity.ts";
import { requireOwn, requireRole } from "../core/permission.ts";
import type { Alongside } from "../core/ports/alongside.ts";
import type { Fleet, ProvisionRequest } from "../core/ports/fleet.ts";
import type { ProvisionSubmission, Submitted } from "../core/ports/engine.ts";
import type { Write } from "../core/ports/store.ts";
import { parseBase, parseRepository } from "../core/repository-address.ts";
import { parseLabels } from "../core/thopter-label.ts";
import { chooseName, parseThopterName } from "../core/thopter-name.ts";
import type { Rescue, Thopter } from "../core/thopter.ts";
import { besides } from "./alongside.ts";
import { auditWrite } from "./audit.ts";
import type { Directory } from "./directory.ts";
import type { IdentityChoosing } from "./identity-choosing.ts";
import type { People } from "./people.ts";
import type { FleetOptions, FleetPorts } from "./ports.ts";
import { contextAndTrust, fingerprintOf } from "./provision-extras.ts";
import type { AcceptTemplate } from "./templating.ts";
import { checkTtl } from "./time-to-live.ts";
import type { Views } from "./views.ts";

const longestTask = 100_000;

type Parts = {
  ports: FleetPorts;
  options: FleetOptions;
  directory: Directory;
  views: Views;
  people: People;
  acceptTemplate: AcceptTemplate;
  identities: IdentityChoosing;
};

/** Asking for new thopters: from a task, or from the work that a destroy rescued. */
export function createProvisioning(parts: Parts): Pick<Fleet, "provision" | "restore" | "rescues"> {
  const { ports, options, directory, views, people, acceptTemplate, identities } = parts;
  const { engine, store } = ports;
  /** Names that were chosen for requests which are not on record yet. */
  const promised = new Set<string>();

  async function newThopter(
    caller: Caller,
    request: ProvisionRequest,
    identity: ChosenIdentity | undefined,
  ): Promise<Thopter> {
    const ownerId = personOf(caller.actor);
    if (ownerId === undefined) throw new UserError("Cannot provision: a thopter needs an owner.");
    const local = caller.actor.kind === "person" || options.agentsMayUseLocalRepositories;
    const asked = {
      labels: parseLabels(request.labels ?? []),
      task: checkTask(request.task),
      repository: parseRepository(request.repository, { local }).address,
      ...(request.base === undefined ? {} : { base: parseBase(request.base) }),
      ...(request.ttlMs === undefined ? {} : { ttlMs: checkTtl(request.ttlMs) }),
      ...(await acceptTemplate(ownerId, request)),
      ...contextAndTrust(caller, request),
    };
    // Chosen last: a name that is promised is given back by the request that follows.
    const name = await nameFor(request.name);
    return {
      ...asked,
      id: ports.newId(),
      version: 1,
      name,
      ownerId,
      createdBy: caller.actor,
      branch: await branchFor(name),
      provider: options.provider,
      agent: options.agent,
      ...(identity === undefined ? {} : { identity }),
      status: "requested",
      keepOnFailure: request.keepOnFailure ?? false,
      createdAt: ports.clock.now(),
    };
  }

  async function nameFor(wanted: string | undefined): Promise<string> {
    if (wanted !== undefined) return parseThopterName(wanted);
    const taken = new Set((await engine.thopters()).map(({ name }) => name));
    const name = chooseName(ports.random, (one) => !taken.has(one) && !promised.has(one));
    promised.add(name);
    return name;
  }

  /** One that was renamed still works on the branch of the name that it gave away. */
  async function branchFor(name: string): Promise<string> {
    const taken = new Set((await engine.thopters()).map(({ branch }) => branch));
    let branch = `thopter/${name}`;
    for (let number = 2; taken.has(branch); number += 1) branch = `thopter/${name}-${number}`;
    return branch;
  }

  async function submit(
    caller: Caller,
    submission: ProvisionSubmission,
    alongside?: Alongside,
  ): Promise<Submitted> {
    const { name, identity } = submission.thopter;
    const audit = auditOf(ports, caller, submission.thopter);
    try {
      const [submitted] = await identities.holding(identity, () =>
        engine.submit([submission], (answers) => [
          ...answers.flatMap(audit),
          ...besides(alongside, answers),
        ]),
      );
      if (submitted === undefined) throw new Error("One submission had no answer");
      return submitted;
    } finally {
      promised.delete(name);
    }
  }

  async function answerWith(caller: Caller, { operation, outcome }: Submitted) {
    const thopter = await directory.findOnRecord(operation.thopterId);
    return {
      thopter: views.thopter(caller, thopter, operation),
      operation: await views.operation(caller, operation),
      outcome,
    };
  }

  function findRescue(thopters: readonly Thopter[], wanted: string): Thopter & { rescue: Rescue } {
    for (const thopter of thopters) {
      const { rescue } = thopter;
      if (rescue === undefined) continue;
      if ([rescue.id, thopter.id, thopter.name].includes(wanted)) return { ...thopter, rescue };
    }
    throw new UserError(
      `Cannot find a rescue "${wanted}". "thopter restore" without a name lists those that exist.`,
      { code: "not_found" },
    );
  }

  return {
    async provision(caller, request, alongside) {
      requireRole(caller, "operator", "provision a thopter");
      const identity = await identities.choose(caller, request.identity);
      const thopter = await newThopter(caller, request, identity);
      const submission: ProvisionSubmission = {
        kind: "provision",
        thopter,
        fingerprint: fingerprintOf(ports, request),
        actor: caller.actor,
        front: caller.front,
        after: [...(request.after ?? [])],
      };
      if (request.key !== undefined) submission.key = request.key;
      if (request.priority !== undefined) submission.priority = request.priority;
      if (request.reason !== undefined) submission.reason = request.reason;
      return answerWith(caller, await submit(caller, submission, alongside));
    },
    async restore(caller, { rescue: wanted, name, identity: named }) {
      requireRole(caller, "operator", "restore a rescue");
      const source = findRescue(await store.list("thopter", { newestFirst: true }), wanted);
      requireOwn(caller, source, "restore");
      const free = name ?? ((await directory.isNameFree(source.name)) ? source.name : undefined);
      const request: ProvisionRequest = {
        task: source.task,
        repository: source.repository,
        base: source.base,
        name: free,
        labels: source.labels,
        context: source.context,
        identity: named,
      };
      const identity = await identities.restored(caller, source.identity, named);
      const thopter = await newThopter(caller, request, identity);
      const submitted = await submit(caller, {
        kind: "provision",
        thopter: { ...thopter, ...toldOf(source), restoreFrom: source.rescue.id },
        fingerprint: fingerprintOf(ports, { ...request, task: `restore ${source.rescue.id}` }),
        actor: caller.actor,
        front: caller.front,
      });
      return answerWith(caller, submitted);
    },
    async rescues(caller) {
      requireRole(caller, "viewer", "list rescues");
      const thopters = await store.list("thopter", { newestFirst: true });
      return thopters.flatMap(({ rescue, name, repository, ownerId }) =>
        rescue === undefined
          ? []
          : [{ ...rescue, thopterName: name, repository, ownerName: people.nameOf(ownerId) }],
      );
    },
  };
}

/** What its agent was told, and by which template: the hub's may be another one by now. */
function toldOf({ template, instructions }: Thopter): Pick<Thopter, "template" | "instructions"> {
  if (instructions === undefined) return {};
  return template === undefined ? { instructions } : { instructions, template };
}

function checkTask(task: string): string {
  if (task.trim().length === 0) {
    throw new UserError("Cannot provision without a task: say what the agent should do.");
  }
  if (task.length <= longestTask) return task;
  throw new UserError(
    `Cannot take a task of ${task.length} characters: ${longestTask} are the most. Put the rest in a file of the repository.`,
  );
}

function auditOf(
  ports: Pick<FleetPorts, "newId" | "clock" | "redact">,
  caller: Caller,
  { name, repository, setupTrustedBy }: Thopter,
): (submitted: Submitted) => Write[] {
  const trust = setupTrustedBy === undefined ? "" : ", its setup script allowed this once";
  const detail = `${name} from ${ports.redact(repository)}${trust}`;
  return ({ operation, outcome }) => {
    if (outcome !== "new") return [];
    const entry = { action: "provision", subject: operation.id, detail };
    return [auditWrite(ports, caller, { ...entry, outcome: "accepted" })];
  };
}
