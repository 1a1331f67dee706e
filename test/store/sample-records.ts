import type { Actor } from "../../src/core/actor.ts";
import type { AuditEntry } from "../../src/core/audit.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Records, Write } from "../../src/core/ports/store.ts";
import type { Thopter } from "../../src/core/thopter.ts";

const person: Actor = { kind: "person", personId: "ada", tokenId: "t1" };
const agent: Actor = { kind: "agent", personId: "ada", tokenId: "t2" };

function sampleOperation(id: string, patch: Partial<Operation> = {}): Operation {
  return {
    id,
    version: 1,
    kind: "destroy",
    thopterId: "brave-otter",
    thopterName: "brave-otter",
    ownerId: "ada",
    provider: "local",
    status: "queued",
    lane: "destroy",
    priority: "normal",
    after: [],
    actor: person,
    front: "mcp",
    force: false,
    attempts: 0,
    steps: [],
    createdAt: 1_700_000_000_000,
    ...patch,
  };
}

function sampleThopter(id: string, patch: Partial<Thopter> = {}): Thopter {
  return {
    id,
    version: 1,
    name: "brave-otter",
    ownerId: "ada",
    createdBy: agent,
    labels: ["review"],
    task: "Fix the flaky test",
    repository: "https://example.com/a.git",
    branch: "thopter/brave-otter",
    provider: "local",
    agent: "claude",
    status: "requested",
    keepOnFailure: false,
    createdAt: 1_700_000_000_000,
    ...patch,
  };
}

function sampleAudit(id: string, patch: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id,
    version: 1,
    at: 1_700_000_000_000,
    actor: { kind: "system", name: "reconciler" },
    front: "system",
    action: "destroy",
    subject: "brave-otter",
    outcome: "accepted",
    ...patch,
  };
}

/** A setting is the smallest record: an id, a version, a text. */
export function settingWrite(id: string, version: number, value = ""): Write {
  return { kind: "setting", record: { id, version, value } };
}

/** One record of every kind, with every field that it can have. */
export const fullRecords: Records = {
  thopter: sampleThopter("t", {
    base: "main",
    identity: { id: "i", name: "mine", digest: "d" },
    baseCommit: "abc",
    restoreFrom: "r0",
    context: ["https://github.com/owner/gate/issues/5"],
    contextFiles: ["/home/context/owner-gate-5.md"],
    setupTrustedBy: "ada",
    status: "ready",
    agentState: {
      status: "waiting",
      since: 5,
      exitCode: 1,
      question: { text: 'Run "rm"?', hash: "h" },
    },
    machineId: "m",
    machineIntentAt: 1,
    ttlMs: 60_000,
    readyAt: 2,
    expiresAt: 3,
    warnedAt: 4,
    warnedFor: 3,
    expiredFor: 3,
    goneAt: 5,
    rescue: {
      id: "r",
      bundlePath: "/r.bundle",
      pushedBranch: "b",
      commits: 2,
      uncommittedFiles: 1,
      savedAt: 6,
    },
  }),
  operation: sampleOperation("o", {
    actor: agent,
    status: "running",
    reason: "done",
    key: "k",
    fingerprint: "f",
    retryOf: "o0",
    approvalId: "a",
    approved: { machineId: "m", ownerId: "ada", unsaved: false },
    attempts: 2,
    steps: [
      { name: "freeze", status: "succeeded", startedAt: 1, finishedAt: 2, note: "ok", crashes: 1 },
      { name: "rescue", status: "running", startedAt: 3 },
    ],
    progress: "saving",
    error: { message: "m", retryable: true, causes: ["a", "b"], step: "rescue" },
    cancelRequested: { at: 4, by: person, reason: "changed my mind" },
    notBefore: 5,
    startedAt: 6,
    finishedAt: 7,
  }),
  approval: {
    id: "a",
    version: 1,
    status: "approved",
    plan: {
      items: [
        {
          thopterId: "t",
          name: "brave-otter",
          ownerId: "ada",
          ownerName: "Ada",
          provider: "local",
          machineId: "m",
          status: "ready",
          agentStatus: "idle",
          ageMs: 9,
          unsaved: { state: "unknown", commits: 0, files: 0 },
          lineage: true,
        },
      ],
      force: true,
      reason: "cleanup",
      madeAt: 1,
    },
    planHash: "h",
    requestedBy: agent,
    front: "slack",
    deciders: ["ada"],
    askerMayDecide: false,
    why: "it has unsaved work",
    createdAt: 1,
    expiresAt: 2,
    decidedBy: "ada",
    decidedAt: 2,
    operationIds: ["o"],
  },
  person: { id: "ada", version: 1, name: "Ada", role: "admin", createdAt: 1 },
  token: {
    id: "t1",
    version: 1,
    kind: "agent",
    label: "laptop",
    personId: "ada",
    role: "operator",
    hash: "h",
    readOnly: false,
    toolsets: ["run"],
    createdAt: 1,
    expiresAt: 2,
    revokedAt: 3,
  },
  audit: sampleAudit("e", { actor: person, detail: "forty" }),
  setting: { id: "hub", version: 1, value: "h1" },
  tombstone: { id: "x", version: 1, provider: "fly", thopterId: "t", until: 2, createdAt: 1 },
  repository: {
    id: "github.com/owner/gate",
    version: 1,
    address: "https://github.com/owner/gate.git",
    variables: [{ name: "NPM_TOKEN", sealed: "c2VhbGVk", setBy: person, setAt: 1 }],
    trusted: true,
    setupTimeoutMs: 60_000,
    changedBy: person,
    changedAt: 2,
  },
  card: {
    id: "question|t|h|U1",
    version: 1,
    subject: {
      kind: "question",
      thopterId: "t",
      thopterName: "brave-otter",
      ownerName: "Ada",
      question: { text: 'Run "rm"?', hash: "h", choices: ["Yes", "No"] },
      answered: { text: "No", personId: "ada" },
    },
    userId: "U1",
    channel: "D1",
    thread: "1.2",
    ts: "3.4",
    digest: "d",
    isDirect: true,
    createdAt: 1,
    postedAt: 2,
    doneAt: 3,
  },
  identity: {
    id: "i",
    version: 1,
    name: "mine",
    ownerId: "ann",
    shared: true,
    logins: [
      {
        variable: "ANTHROPIC_API_KEY",
        sealed: "c2VhbGVk",
        setAt: 1,
        expiresAt: 2,
        check: { at: 3, result: "valid" },
      },
    ],
    home: { digest: "d", packedBytes: 1, bytes: 2, entries: 3 },
    capturedFrom: "the directory /home/ann",
    createdAt: 1,
    updatedAt: 2,
    updatedBy: "ann",
  },
};
