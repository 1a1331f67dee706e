import type { Actor } from "../../src/core/actor.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { DestroySubmission, ProvisionSubmission } from "../../src/core/ports/engine.ts";
import type { Thopter } from "../../src/core/thopter.ts";

export const ann: Actor = { kind: "person", personId: "ann" };
export const ben: Actor = { kind: "person", personId: "ben" };

export function makeOperation(patch: Partial<Operation> = {}): Operation {
  return {
    id: "op-1",
    version: 1,
    kind: "provision",
    thopterId: "t-1",
    thopterName: "calm-otter",
    ownerId: "ann",
    provider: "local",
    status: "queued",
    lane: patch.kind ?? "provision",
    priority: "normal",
    after: [],
    actor: ann,
    front: "cli",
    force: false,
    attempts: 0,
    steps: [],
    createdAt: 1_000,
    ...patch,
  };
}

export function makeThopter(patch: Partial<Thopter> = {}): Thopter {
  return {
    id: "t-1",
    version: 1,
    name: "calm-otter",
    ownerId: "ann",
    createdBy: ann,
    labels: [],
    task: "mend the gate",
    repository: "https://example.com/gate.git",
    branch: "thopter/calm-otter",
    provider: "local",
    agent: "command",
    status: "requested",
    keepOnFailure: false,
    createdAt: 1_000,
    ...patch,
  };
}

export function askProvision(patch: Partial<ProvisionSubmission> = {}): ProvisionSubmission {
  return {
    kind: "provision",
    actor: ann,
    front: "cli",
    thopter: makeThopter(),
    fingerprint: "same",
    ...patch,
  };
}

export function askDestroy(patch: Partial<DestroySubmission> = {}): DestroySubmission {
  return { kind: "destroy", actor: ann, front: "cli", thopterId: "t-1", ...patch };
}
