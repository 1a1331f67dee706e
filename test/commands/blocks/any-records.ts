import { fc } from "../../fast-check.ts";
import { approvalStatuses } from "../../../src/core/approval.ts";
import {
  lanes,
  operationKinds,
  operationStatuses,
  priorities,
} from "../../../src/core/operation.ts";
import type { StepRecord } from "../../../src/core/operation.ts";
import type { Plan } from "../../../src/core/plan.ts";
import type {
  ApprovalView,
  FleetStatus,
  OperationView,
  ThopterDetail,
} from "../../../src/core/ports/fleet.ts";
import type { Question } from "../../../src/core/thopter.ts";
import { agentStatuses, thopterStatuses } from "../../../src/core/thopter.ts";

export const now = 1_700_000_000_000;
export const people = {
  accountOf: (id: string) => (id.length % 2 === 0 ? { teamId: "T1", userId: "U1" } : undefined),
  nameOf: (id: string) => id,
};

const nasty = [
  "<!channel>",
  "<@U1>",
  "`*_~",
  "\n\n",
  "\u202e\u0000\u001b[2J",
  "&amp;",
  "😀",
  "@here",
];
const endless = nasty.map((part) => part.repeat(Math.ceil(100_000 / part.length)));
/** Words as they may come from anyone: empty, hostile, or longer than anything takes. */
export const words = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("", " ", ...nasty),
  fc.constantFrom(...endless),
);
const name = fc.oneof(fc.constantFrom("amber-falcon", "jade-owl"), words);
const id = fc.stringMatching(/^[0-9A-Z]{26}$/);
const time = fc.integer({ min: 0, max: now * 2 });
const number = fc.integer({ min: 0, max: 1_000_000 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Without the fields that are undefined: absent ones are absent. */
function present<T>(record: object): T {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  // Only fields that may be absent are ever undefined here.
  return Object.fromEntries(entries) as T;
}

export const question: fc.Arbitrary<Question> = fc
  .record({
    text: words,
    hash: fc.stringMatching(/^[0-9a-f]{16}$/),
    choices: maybe(fc.array(words, { maxLength: 30 })),
  })
  .map((one) => present<Question>(one));

export const thopter: fc.Arbitrary<ThopterDetail> = fc
  .record({
    id,
    name,
    status: fc.constantFrom(...thopterStatuses),
    settled: fc.boolean(),
    agentState: maybe(
      fc
        .record({
          status: fc.constantFrom(...agentStatuses),
          since: time,
          exitCode: maybe(number),
          question: maybe(question),
        })
        .map((one) => present(one)),
    ),
    ownerId: id,
    ownerName: words,
    mine: fc.boolean(),
    labels: fc.array(words, { maxLength: 3 }),
    repository: fc.oneof(words, fc.constant("https://github.com/owner/gate.git")),
    branch: words,
    provider: words,
    agent: words,
    ageMs: number,
    createdAt: time,
    expiresAt: maybe(time),
    operation: maybe(
      fc
        .record({
          id,
          kind: fc.constantFrom(...operationKinds),
          status: fc.constantFrom(...operationStatuses),
          progress: maybe(words),
        })
        .map((one) => present(one)),
    ),
    task: words,
    work: maybe(
      fc.record({ branch: words, commitsAhead: number, diffstat: words, uncommittedFiles: number }),
    ),
  })
  .map((one) => present<ThopterDetail>(one));

const step: fc.Arbitrary<StepRecord> = fc
  .record({
    name: words,
    status: fc.constantFrom("running", "succeeded", "failed", "skipped"),
    startedAt: time,
    finishedAt: maybe(time),
    note: maybe(words),
  })
  .map((one) => present(one));

export const operation: fc.Arbitrary<OperationView> = fc
  .record({
    id,
    version: number,
    kind: fc.constantFrom(...operationKinds),
    thopterId: id,
    thopterName: name,
    ownerId: id,
    provider: words,
    status: fc.constantFrom(...operationStatuses),
    lane: fc.constantFrom(...lanes),
    priority: fc.constantFrom(...priorities),
    after: fc.constant([]),
    actor: fc.constant({ kind: "system" as const, name: "x" }),
    front: fc.constant("slack" as const),
    force: fc.boolean(),
    attempts: number,
    steps: fc.uniqueArray(step, { maxLength: 60, selector: ({ name: unique }) => unique }),
    progress: maybe(words),
    error: maybe(fc.record({ message: words, retryable: fc.boolean(), causes: fc.constant([]) })),
    createdAt: time,
    startedAt: maybe(time),
    finishedAt: maybe(time),
    explanation: words,
  })
  .map((one) => present<OperationView>(one));

export const plan: fc.Arbitrary<Plan> = fc.record({
  items: fc.array(
    fc.record({
      thopterId: id,
      name,
      ownerId: id,
      ownerName: words,
      provider: words,
      status: fc.constantFrom(...thopterStatuses),
      ageMs: number,
      unsaved: fc.record({
        state: fc.constantFrom("no", "yes", "unknown"),
        commits: number,
        files: number,
      }),
      lineage: fc.boolean(),
    }),
    { minLength: 1, maxLength: 50 },
  ),
  force: fc.boolean(),
  reason: words,
  madeAt: time,
});

export const approval: fc.Arbitrary<ApprovalView> = fc
  .record({
    id,
    version: number,
    status: fc.constantFrom(...approvalStatuses),
    plan,
    planHash: id,
    requestedBy: fc.constantFrom(
      { kind: "person", personId: "ann" } as const,
      { kind: "agent", personId: "ann", tokenId: "t" } as const,
    ),
    front: fc.constant("mcp"),
    deciders: fc.array(words, { maxLength: 8 }),
    askerMayDecide: fc.boolean(),
    why: words,
    createdAt: time,
    expiresAt: time,
    decidedBy: maybe(words),
    operationIds: fc.array(id, { maxLength: 50 }),
    askedByName: words,
    mayDecide: fc.boolean(),
  })
  .map((one) => present<ApprovalView>(one));

export const status: fc.Arbitrary<FleetStatus> = fc.record({
  lanes: fc.constant(
    lanes.map((lane) => ({ lane, running: 1, queued: 2, limit: 5, paused: lane === "setup" })),
  ),
  thopters: fc.record({ used: number, limit: number }),
  draining: fc.boolean(),
  accepting: fc.boolean(),
  breakers: fc.array(
    fc.record({
      provider: words,
      lane: fc.constantFrom(...lanes),
      state: fc.constantFrom("open", "half-open"),
    }),
  ),
  thopterCounts: fc.constant({ ready: 3, failed: 1 }),
  agentCounts: fc.constant({ idle: 2 }),
  queue: fc.array(
    fc.record({
      operationId: id,
      kind: fc.constantFrom(...operationKinds),
      lane: words,
      thopterName: name,
      explanation: words,
      ahead: number,
    }),
    { maxLength: 50 },
  ),
  running: fc.array(
    fc.record({
      operationId: id,
      kind: fc.constantFrom(...operationKinds),
      thopterName: name,
      sinceMs: number,
    }),
    { maxLength: 50 },
  ),
  pendingApprovals: number,
  unknownMachines: fc.array(fc.record({ provider: words, machineId: words, name: words })),
});
