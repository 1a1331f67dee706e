import type { Caller } from "../../src/core/actor.ts";
import { UserError } from "../../src/core/errors.ts";
import { operationIs } from "../../src/core/operation.ts";
import { isOwn, requireOwn, requirePerson, requireRole } from "../../src/core/permission.ts";
import type { Plan } from "../../src/core/plan.ts";
import type {
  ApprovalView,
  Fleet,
  FleetStatus,
  OperationView,
  ThopterView,
} from "../../src/core/ports/fleet.ts";
import type { Write } from "../../src/core/ports/store.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import { isSettled } from "../../src/core/thopter.ts";
import {
  createChanges,
  makeApproval,
  makeOperation,
  makeStatus,
  makeThopter,
  now,
  pageOf,
} from "./fake-records.ts";
import { createFakeConversation } from "./fake-conversation.ts";
import { createFakeTokens } from "./fake-tokens.ts";
import { notAskedFor } from "./not-asked-for.ts";

/** The Fleet port in memory, with the knobs that tests turn. */
export type FakeFleet = Fleet & {
  tokens: Map<string, Omit<Caller, "front">>;
  addThopter(patch?: Partial<Thopter>): Thopter;
  change(name: string, patch: Partial<Thopter>): void;
  finish(operationId: string, patch?: Partial<OperationView>): void;
  decideAs(approvalId: string, status: "approved" | "denied"): void;
  emit(write: Write): void;
  /** What `read` and `run` answer. */
  output: { text: string; truncated: boolean };
  /** Thrown by the next call of `status`. */
  failure: Error | undefined;
  /** How many waits are under way, and how many were aborted. */
  waits: { open: number; aborted: number };
  watchers(): number;
  /** Whether the signal of the last mutation on a machine was aborted. */
  lastSignal: AbortSignal | undefined;
  hold: Promise<void> | undefined;
};

export const person = { kind: "person", personId: "p-ada", tokenId: "t-ada" } as const;
export const agent = { kind: "agent", personId: "p-ada", tokenId: "t-agent" } as const;

export function createFakeFleet(): FakeFleet {
  const thopters = new Map<string, Thopter>();
  const operations = new Map<string, OperationView>();
  const approvals = new Map<string, ApprovalView>();
  const changes = createChanges();
  const waits = { open: 0, aborted: 0 };
  const tokens: FakeFleet["tokens"] = new Map();
  let count = 0;

  function find(nameOrId: string): Thopter {
    const found =
      thopters.get(nameOrId) ?? [...thopters.values()].find(({ id }) => id === nameOrId);
    if (found !== undefined) return found;
    throw new UserError(`Cannot find thopter "${nameOrId}": there is none with that name or id.`, {
      code: "not_found",
    });
  }

  function view(caller: Caller, thopter: Thopter): ThopterView {
    const open = [...operations.values()].find(
      (one) => one.thopterId === thopter.id && operationIs.open(one),
    );
    return {
      ...thopter,
      settled: isSettled(thopter),
      ownerName: "Ada",
      mine: isOwn(caller, thopter),
      ageMs: 120_000,
      ...(open === undefined
        ? {}
        : { operation: { id: open.id, kind: open.kind, status: open.status } }),
    };
  }

  function operation(id: string): OperationView {
    const found = operations.get(id);
    if (found !== undefined) return found;
    throw new UserError(`Cannot find operation "${id}": there is none with that id.`, {
      code: "not_found",
    });
  }

  function addOperation(
    caller: Caller,
    thopter: Thopter,
    patch: Partial<OperationView>,
  ): OperationView {
    count += 1;
    const made = makeOperation({
      id: `op-${String(count)}`,
      thopterId: thopter.id,
      thopterName: thopter.name,
      actor: caller.actor,
      ...patch,
    });
    operations.set(made.id, made);
    emitOperation(made);
    return made;
  }

  function emitOperation(record: OperationView): void {
    changes.emit({ kind: "operation", record });
  }
  function planOf(
    caller: Caller,
    request: { thopters: readonly string[]; force?: boolean | undefined; reason: string },
  ): Plan {
    const items = request.thopters.map(find).map((thopter) => ({
      thopterId: thopter.id,
      name: thopter.name,
      ownerId: thopter.ownerId,
      ownerName: "Ada",
      provider: "local",
      status: thopter.status,
      ageMs: 120_000,
      lineage: isOwn(caller, thopter),
      unsaved: {
        state: thopter.labels.includes("unsaved") ? ("yes" as const) : ("no" as const),
        commits: 2,
        files: 3,
      },
    }));
    return { items, force: request.force ?? false, reason: request.reason, madeAt: now };
  }

  async function wait<T>(
    look: () => { done: number; total: number; answer: T },
    request: { mode: "any" | "all"; timeoutMs: number },
    watch: {
      signal: AbortSignal;
      onProgress?: (done: number, total: number, words: string) => void;
    },
  ): Promise<{ done: boolean; answer: T }> {
    waits.open += 1;
    const timeUp = AbortSignal.timeout(request.timeoutMs);
    const signal = AbortSignal.any([watch.signal, timeUp]);
    const writes = changes.watch(signal)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, total, answer } = look();
        watch.onProgress?.(done, total, "looked");
        if (done >= (request.mode === "all" ? total : 1)) return { done: true, answer };
        if ((await writes.next()).done === true) return { done: false, answer };
      }
    } finally {
      waits.open -= 1;
      if (watch.signal.aborted) waits.aborted += 1;
    }
  }

  const status = (caller: Caller): Promise<FleetStatus> => {
    requireRole(caller, "viewer", "see the fleet");
    if (fake.failure !== undefined) return Promise.reject(fake.failure);
    return Promise.resolve(makeStatus(thopters.size, approvals.size));
  };

  const fake: FakeFleet = {
    tokens,
    waits,
    failure: undefined,
    lastSignal: undefined,
    hold: undefined,
    output: { text: "hello", truncated: false },
    watchers: changes.watchers,
    emit: changes.emit,
    addThopter(patch = {}) {
      const thopter = makeThopter({ id: `id-${patch.name ?? "amber-falcon"}`, ...patch });
      thopters.set(thopter.name, thopter);
      return thopter;
    },
    change(name, patch) {
      const before = find(name);
      const record = { ...before, version: before.version + 1, ...patch };
      thopters.set(name, record);
      changes.emit({ kind: "thopter", record });
    },
    finish(id, patch = {}) {
      const record = {
        ...operation(id),
        status: "succeeded" as const,
        explanation: "It has succeeded.",
        ...patch,
      };
      operations.set(id, record);
      emitOperation(record);
    },
    decideAs(id, decision) {
      const approval = approvals.get(id);
      if (approval === undefined) throw new Error(`no approval ${id}`);
      approval.status = decision;
      approval.decidedByName = "Ada";
      changes.emit({ kind: "approval", record: approval });
    },
    ...createFakeTokens(tokens),
    ...createFakeConversation(find),
    status,
    async provision(caller, request) {
      requireRole(caller, "operator", "provision");
      const name = request.name ?? "amber-falcon";
      const thopter = fake.addThopter({
        name,
        task: request.task,
        repository: request.repository,
        createdBy: caller.actor,
        status: "requested",
      });
      const made = addOperation(caller, thopter, { kind: "provision" });
      return { thopter: view(caller, thopter), operation: made, outcome: "new" };
    },
    async restore(caller, { rescue }) {
      requireRole(caller, "operator", "restore");
      const thopter = find(rescue);
      const made = addOperation(caller, thopter, { kind: "provision" });
      return { thopter: view(caller, thopter), operation: made };
    },
    async rescues(caller) {
      requireRole(caller, "viewer", "see rescues");
      return [];
    },
    async planDestroy(caller, request) {
      requireRole(caller, "operator", "plan a destroy");
      const plan = planOf(caller, request);
      return {
        plan,
        verdict: {
          answer: plan.items.some(({ unsaved }) => unsaved.state !== "no") ? "ask" : "allow",
          why: "your own",
        },
      };
    },
    async destroy(caller, request) {
      const { plan, verdict } = await fake.planDestroy(caller, request);
      if (verdict.answer === "allow") {
        const made = plan.items.map(({ name }) =>
          addOperation(caller, find(name), { kind: "destroy" }),
        );
        return { outcome: "accepted", plan, operations: made };
      }
      const approval = makeApproval(caller, { id: `ap-${String(approvals.size + 1)}`, plan });
      approvals.set(approval.id, approval);
      return { outcome: "approval-needed", plan, approval };
    },
    async listThopters(caller, request) {
      requireRole(caller, "viewer", "list");
      return pageOf(
        [...thopters.values()].map((thopter) => view(caller, thopter)),
        request,
      );
    },
    async getThopter(caller, name) {
      requireRole(caller, "viewer", "look");
      const thopter = find(name);
      const work = {
        branch: "ignore\u001b[2J-all",
        commitsAhead: 2,
        diffstat: "1 file changed",
        uncommittedFiles: 1,
      };
      return { ...view(caller, thopter), task: thopter.task, work };
    },
    async read(caller, { thopter, what }) {
      requireRole(caller, "viewer", "read");
      requireOwn(caller, find(thopter), "read");
      return { thopterName: thopter, what, ...fake.output };
    },
    async tell(caller, { thopter }, signal) {
      requireRole(caller, "operator", "tell");
      requireOwn(caller, find(thopter), "tell");
      fake.lastSignal = signal;
      await fake.hold;
      return view(caller, find(thopter));
    },
    async answer(caller, { thopter }, signal) {
      requireRole(caller, "operator", "answer");
      requirePerson(caller, "answer");
      requireOwn(caller, find(thopter), "answer");
      fake.lastSignal = signal;
      return view(caller, find(thopter));
    },
    async run(caller, { thopter }, signal) {
      requireRole(caller, "operator", "run");
      requireOwn(caller, find(thopter), "run in");
      fake.lastSignal = signal;
      return {
        exitCode: 0,
        stdout: fake.output.text,
        stderr: "",
        truncated: fake.output.truncated,
      };
    },
    async waitForThopters(caller, request, watch) {
      requireRole(caller, "viewer", "wait");
      request.thopters.map(find);
      const { done, answer } = await wait(
        () => {
          const all = request.thopters.map(find);
          const isDone = (one: Thopter): boolean =>
            request.until === "ready" ? one.status === "ready" : isSettled(one);
          return {
            done: all.filter(isDone).length,
            total: all.length,
            answer: all.map((one) => view(caller, one)),
          };
        },
        request,
        watch,
      );
      return { done, thopters: answer };
    },
    async waitForOperations(caller, request, watch) {
      requireRole(caller, "viewer", "wait");
      const { done, answer } = await wait(
        () => {
          const asked = request.ids.flatMap((id) => approvals.get(id) ?? []);
          const waited = request.ids.filter((id) => !approvals.has(id)).map(operation);
          const finished =
            waited.filter(operationIs.finished).length +
            asked.filter((one) => one.status !== "pending").length;
          return {
            done: finished,
            total: request.ids.length,
            answer: { operations: waited, approvals: asked },
          };
        },
        request,
        watch,
      );
      return { done, ...answer };
    },
    async getOperation(caller, id) {
      requireRole(caller, "viewer", "look");
      return operation(id);
    },
    async explain(caller, id) {
      requireRole(caller, "viewer", "look");
      return { operation: operation(id), blockers: [], ahead: 0, words: "It starts now." };
    },
    async listOperations(caller, request) {
      requireRole(caller, "viewer", "list");
      const thopter = request.thopter === undefined ? undefined : find(request.thopter);
      const items = [...operations.values()].filter(
        ({ thopterId }) => thopter === undefined || thopterId === thopter.id,
      );
      return pageOf(items, request);
    },
    async cancelOperation(caller, { id }) {
      requireRole(caller, "operator", "cancel");
      fake.finish(id, { status: "canceled", explanation: "It has canceled." });
      return operation(id);
    },
    async retryOperation(caller, id) {
      requireRole(caller, "operator", "retry");
      const earlier = operation(id);
      return addOperation(caller, find(earlier.thopterName), { kind: earlier.kind, retryOf: id });
    },
    pause(caller) {
      requireRole(caller, "admin", "pause");
      return status(caller);
    },
    resume: (caller) => fake.pause(caller, "all"),
    async listApprovals(caller) {
      requireRole(caller, "viewer", "list");
      return [...approvals.values()];
    },
    async getApproval(caller, id) {
      requireRole(caller, "viewer", "look");
      const approval = approvals.get(id);
      if (approval === undefined)
        throw new UserError(`Cannot find approval "${id}".`, { code: "not_found" });
      return approval;
    },
    async decide(caller, { id, decision }) {
      requirePerson(caller, "decide");
      fake.decideAs(id, decision === "approve" ? "approved" : "denied");
      return { approval: await fake.getApproval(caller, id), operations: [] };
    },
    async extend(caller, { thopter }) {
      requireRole(caller, "operator", "extend");
      return view(caller, find(thopter));
    },
    ...notAskedFor,
    watch(caller, signal) {
      requireRole(caller, "viewer", "watch");
      return changes.watch(signal);
    },
  };
  return fake;
}
