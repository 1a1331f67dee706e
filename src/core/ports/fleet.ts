import type { Caller } from "../actor.ts";
import type { Approval } from "../approval.ts";
import type { AuditEntry } from "../audit.ts";
import type { Operation, OperationKind, Priority } from "../operation.ts";
import type { Plan } from "../plan.ts";
import type { ChosenIdentity } from "../identity.ts";
import type { StepCounted } from "../step-count.ts";
import type { TemplateChoice } from "../template.ts";
import type { AgentState, Rescue, ThopterStatus } from "../thopter.ts";
import type { Alongside } from "./alongside.ts";
import type { EngineStatus, Explanation, PauseScope } from "./engine.ts";
import type { WorkSummary } from "./git.ts";
import type { ConversationFleet } from "./conversation.ts";
import type { IdentityFleet } from "./identities.ts";
import type { ListOperationsRequest, ListThoptersRequest, Page } from "./listing.ts";
import type { LoginFleet } from "./logins.ts";
import type { PeopleFleet } from "./people.ts";
import type { ReadAnswer, ReadRequest } from "./reading.ts";
import type { RepositoryFleet } from "./repositories.ts";
import type { TemplateFleet, TemplateWish } from "./templates.ts";
import type { TerminalFleet } from "./terminal.ts";
import type { Write } from "./store.ts";
import type { WaitOperationsRequest, WaitProgress, WaitThoptersRequest } from "../waiting.ts";

export type ProvisionRequest = TemplateWish & {
  task: string;
  /** An https or ssh address; a local path for person tokens. */
  repository: string;
  base?: string | undefined;
  name?: string | undefined;
  labels?: readonly string[] | undefined;
  /** How long it lives once ready, in milliseconds. */
  ttlMs?: number | undefined;
  priority?: Priority | undefined;
  keepOnFailure?: boolean | undefined;
  reason?: string | undefined;
  /** Repeating a request with the same key and arguments answers with the first one. */
  key?: string | undefined;
  after?: readonly string[] | undefined;
  /** Addresses of issues and pull requests on GitHub that have to be read, beside those the task names. */
  context?: readonly string[] | undefined;
  /** Lets the repository's setup script run this once. For admin persons alone. */
  trustSetup?: boolean | undefined;
  /** The name or id of an identity that the caller may name (see `listIdentities`); "none" for none. */
  identity?: string | undefined;
};

type OpenOperation = StepCounted &
  Pick<Operation, "id" | "kind" | "status"> & { progress?: string };

/** A thopter as fronts show it. */
export type ThopterView = {
  id: string;
  name: string;
  status: ThopterStatus;
  /** Nothing more will come of it unless someone acts. */
  settled: boolean;
  agentState?: Omit<AgentState, "lastMessage">;
  ownerId: string;
  ownerName: string;
  /** Whether the caller owns it (an agent: whether its token made it). */
  mine: boolean;
  labels: string[];
  repository: string;
  base?: string;
  branch: string;
  provider: string;
  agent: string;
  identity?: ChosenIdentity;
  ageMs: number;
  createdAt: number;
  readyAt?: number;
  expiresAt?: number;
  warnedAt?: number;
  /** The operation that is under way for it. */
  operation?: OpenOperation;
  rescue?: Rescue;
};

export type ThopterDetail = ThopterView & {
  task: string;
  /** What the task was put into. */
  template?: TemplateChoice;
  /** The state of its clone; absent when it cannot be read now. */
  work?: WorkSummary;
  /** Why `work` is absent. */
  workUnavailable?: string;
  /** What its agent said last, for those who may read it. Untrusted text. */
  lastMessage?: string;
};

export type OperationView = Operation &
  StepCounted & {
    /** How it stands, or why it waits, in words. */
    explanation: string;
    /** How many ready operations of its lane go first, while it waits. */
    ahead?: number;
    startsInMs?: number;
  };

export type DestroyRequest = {
  /** Names or ids. */
  thopters: readonly string[];
  force?: boolean | undefined;
  reason: string;
  priority?: Priority | undefined;
};

export type Verdict = { answer: "allow" | "ask" | "deny"; why: string };

export type PlannedDestroy = { plan: Plan; verdict: Verdict };

export type DestroyAnswer =
  | { outcome: "accepted"; plan: Plan; operations: OperationView[] }
  | { outcome: "approval-needed"; plan: Plan; approval: ApprovalView };

export type ApprovalView = Approval & {
  askedByName: string;
  decidedByName?: string;
  /** Whether the caller may decide it now. */
  mayDecide: boolean;
};

export type FleetStatus = EngineStatus & {
  thopterCounts: Partial<Record<ThopterStatus, number>>;
  agentCounts: Partial<Record<AgentState["status"], number>>;
  queue: {
    operationId: string;
    kind: OperationKind;
    lane: string;
    thopterName: string;
    explanation: string;
    ahead: number;
    startsInMs?: number;
  }[];
  running: (StepCounted & {
    operationId: string;
    kind: OperationKind;
    thopterName: string;
    step?: string;
    sinceMs: number;
  })[];
  pendingApprovals: number;
  /** Machines with this hub's tag that no thopter accounts for. */
  unknownMachines: { provider: string; machineId: string; name: string }[];
};

export type LabelRequest = {
  thopter: string;
  add?: readonly string[] | undefined;
  remove?: readonly string[] | undefined;
};

/** What any front can ask. Every call may throw UserError, whose text may be shown to the caller. */
export type Fleet = PeopleFleet &
  LoginFleet &
  TemplateFleet &
  RepositoryFleet &
  IdentityFleet &
  ConversationFleet &
  TerminalFleet & {
    /** Who a bearer token belongs to. Throws UserError "unauthenticated". */
    authenticate(secret: string, front: Caller["front"]): Promise<Caller>;
    status(caller: Caller): Promise<FleetStatus>;
    provision(
      caller: Caller,
      request: ProvisionRequest,
      alongside?: Alongside,
    ): Promise<{
      thopter: ThopterView;
      operation: OperationView;
      outcome: "new" | "joined" | "repeated";
    }>;
    /** Provisions from a rescue bundle: the id of a rescue, or the name or id of the destroyed thopter. */
    restore(
      caller: Caller,
      request: { rescue: string; name?: string | undefined; identity?: string | undefined },
    ): Promise<{ thopter: ThopterView; operation: OperationView }>;
    rescues(caller: Caller): Promise<(Rescue & { thopterName: string; repository: string })[]>;
    planDestroy(caller: Caller, request: DestroyRequest): Promise<PlannedDestroy>;
    /** Destroys at once where the policy allows it, else raises an approval. */
    destroy(caller: Caller, request: DestroyRequest, alongside?: Alongside): Promise<DestroyAnswer>;
    listThopters(caller: Caller, request: ListThoptersRequest): Promise<Page<ThopterView>>;
    getThopter(caller: Caller, nameOrId: string): Promise<ThopterDetail>;
    read(caller: Caller, request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer>;
    tell(
      caller: Caller,
      request: {
        thopter: string;
        text: string;
        raw?: boolean | undefined;
        interrupt?: boolean | undefined;
      },
      signal: AbortSignal,
    ): Promise<ThopterView>;
    /** A person's answer to the open question of an agent. Throws UserError "conflict" when the hash names another. */
    answer(
      caller: Caller,
      request: { thopter: string; hash: string; text: string },
      signal: AbortSignal,
    ): Promise<ThopterView>;
    /** Runs a command in the clone. Output is untrusted and bounded. */
    run(
      caller: Caller,
      request: { thopter: string; command: string; timeoutMs: number },
      signal: AbortSignal,
    ): Promise<{ exitCode: number; stdout: string; stderr: string; truncated: boolean }>;
    /** Resolves when the condition holds or the time is up; `done` says which. Aborting it cancels nothing else. */
    waitForThopters(
      caller: Caller,
      request: WaitThoptersRequest,
      watch: { signal: AbortSignal; onProgress?: WaitProgress },
    ): Promise<{ done: boolean; thopters: ThopterView[] }>;
    waitForOperations(
      caller: Caller,
      request: WaitOperationsRequest,
      watch: { signal: AbortSignal; onProgress?: WaitProgress },
    ): Promise<{ done: boolean; operations: OperationView[]; approvals: ApprovalView[] }>;
    getOperation(caller: Caller, id: string): Promise<OperationView>;
    explain(caller: Caller, id: string): Promise<Explanation>;
    listOperations(caller: Caller, request: ListOperationsRequest): Promise<Page<OperationView>>;
    cancelOperation(
      caller: Caller,
      request: { id: string; reason: string },
    ): Promise<OperationView>;
    retryOperation(caller: Caller, id: string, alongside?: Alongside): Promise<OperationView>;
    pause(caller: Caller, scope: PauseScope): Promise<FleetStatus>;
    resume(caller: Caller, scope: PauseScope): Promise<FleetStatus>;
    listApprovals(
      caller: Caller,
      request: { pendingOnly?: boolean | undefined },
    ): Promise<ApprovalView[]>;
    getApproval(caller: Caller, id: string): Promise<ApprovalView>;
    /** A person's decision. The first one counts; later ones are told who decided. */
    decide(
      caller: Caller,
      request: { id: string; decision: "approve" | "deny" },
    ): Promise<{ approval: ApprovalView; operations: OperationView[] }>;
    /** Puts off the end of its time to live, in milliseconds from now. */
    extend(caller: Caller, request: { thopter: string; byMs: number }): Promise<ThopterView>;
    /** Gives it another name that is free. Its branch and its machine keep theirs. */
    renameThopter(caller: Caller, request: { thopter: string; name: string }): Promise<ThopterView>;
    labelThopter(caller: Caller, request: LabelRequest): Promise<ThopterView>;
    audit(caller: Caller, request: { limit?: number | undefined }): Promise<AuditEntry[]>;
    /** Durable changes as they happen, until the signal aborts. */
    watch(caller: Caller, signal: AbortSignal): AsyncIterable<Write>;
  };
