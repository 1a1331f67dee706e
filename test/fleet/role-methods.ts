import type { Caller } from "../../src/core/actor.ts";
import type { Fleet } from "../../src/core/ports/fleet.ts";
import { callers, minute } from "./rig.ts";
import type { Rig } from "./rig.ts";

/** Who asks about a thopter that an agent of Ann's made. */
export const who = {
  viewer: callers.vera,
  owner: callers.ann,
  "another operator": callers.ben,
  admin: callers.ada,
  agent: { ...callers.agent, toolsets: ["run"] },
  "another agent": { ...callers.otherAgent, toolsets: ["run"] },
  "an admin's agent": { ...callers.adminAgent, toolsets: ["run"] },
  "read-only owner": callers.annReading,
  "read-only admin": callers.adaReading,
  "read-only agent": { ...callers.agent, readOnly: true, toolsets: ["run"] },
} as const satisfies Record<string, Caller>;
export type Who = keyof typeof who;

export const everyone = Object.keys(who) as Who[]; // The keys of `who` are all there are.
const writers: Who[] = [
  "owner",
  "another operator",
  "admin",
  "agent",
  "another agent",
  "an admin's agent",
];
const owners: Who[] = ["owner", "admin", "agent"];
const readers: Who[] = [...owners, "read-only owner", "read-only admin", "read-only agent"];
const writingPersons: Who[] = ["owner", "another operator", "admin"];
const persons: Who[] = [...writingPersons, "viewer", "read-only owner", "read-only admin"];

/** What there is to ask about. */
export type Scene = Rig & {
  name: string;
  /** A provision that waits, a destroy that failed, an approval that the agent asked for. */
  queued: string;
  failed: string;
  approval: string;
  token: string;
  /** Of a login that waits. */
  code: string;
  /** One that Ann made and an admin shared with everyone. */
  identity: string;
};
export type Method = {
  allowed: readonly Who[];
  call(scene: Scene, caller: Caller): Promise<unknown>;
};

export const signal = new AbortController().signal;
export const request = { task: "mend the gate", repository: "owner/gate" };
export const logins = [{ variable: "ANTHROPIC_API_KEY", value: "a-key-of-no-known-shape" }];
const size = { columns: 80, rows: 24 };
const wait = { mode: "all", timeoutMs: 0 } as const;

export const methods: Record<Exclude<keyof Fleet, "authenticate">, Method> = {
  status: { allowed: everyone, call: ({ fleet }, caller) => fleet.status(caller) },
  provision: { allowed: writers, call: ({ fleet }, caller) => fleet.provision(caller, request) },
  restore: {
    allowed: owners,
    call: ({ fleet, name }, caller) => fleet.restore(caller, { rescue: name }),
  },
  rescues: { allowed: everyone, call: ({ fleet }, caller) => fleet.rescues(caller) },
  planDestroy: {
    allowed: writers,
    call: ({ fleet, name }, caller) => fleet.planDestroy(caller, { thopters: [name], reason: "x" }),
  },
  destroy: {
    // Another's is only asked for: its owner decides.
    allowed: ["owner", "another operator", "admin", "agent"],
    call: ({ fleet, name }, caller) => fleet.destroy(caller, { thopters: [name], reason: "x" }),
  },
  listThopters: { allowed: everyone, call: ({ fleet }, caller) => fleet.listThopters(caller, {}) },
  getThopter: {
    allowed: everyone,
    call: ({ fleet, name }, caller) => fleet.getThopter(caller, name),
  },
  read: {
    allowed: readers,
    call: ({ fleet, name }, caller) =>
      fleet.read(caller, { thopter: name, what: "screen" }, signal),
  },
  tell: {
    allowed: owners,
    call: ({ fleet, name }, caller) => fleet.tell(caller, { thopter: name, text: "hi" }, signal),
  },
  answer: {
    allowed: ["owner", "admin"],
    call: ({ fleet, name }, caller) =>
      fleet.answer(caller, { thopter: name, hash: "h", text: "yes" }, signal),
  },
  run: {
    allowed: owners,
    call: ({ fleet, name }, caller) =>
      fleet.run(caller, { thopter: name, command: "id", timeoutMs: 1000 }, signal),
  },
  restartAgent: {
    allowed: owners,
    call: ({ fleet, name }, caller) => fleet.restartAgent(caller, { thopter: name }, signal),
  },
  transcript: {
    allowed: readers,
    call: ({ fleet, name }, caller) => fleet.transcript(caller, { thopter: name }, signal),
  },
  attach: {
    allowed: ["owner", "admin"],
    call: ({ fleet, name }, caller) => fleet.attach(caller, { thopter: name, ...size }, signal),
  },
  lookAtTerminal: {
    allowed: ["owner", "admin"],
    async call({ fleet, name }, caller) {
      const { id } = await fleet.attach(caller, { thopter: name, ...size }, signal);
      await fleet.lookAtTerminal(caller, { id, ...size }, signal);
    },
  },
  typeIntoTerminal: {
    allowed: ["owner", "admin"],
    async call({ fleet, name }, caller) {
      const { id } = await fleet.attach(caller, { thopter: name, ...size }, signal);
      await fleet.typeIntoTerminal(caller, { id, data: btoa("x") }, signal);
    },
  },
  detach: {
    allowed: ["owner", "admin"],
    async call({ fleet, name }, caller) {
      const { id } = await fleet.attach(caller, { thopter: name, ...size }, signal);
      await fleet.detach(caller, id);
    },
  },
  waitForThopters: {
    allowed: everyone,
    call: ({ fleet, name }, caller) =>
      fleet.waitForThopters(caller, { thopters: [name], until: "ready", ...wait }, { signal }),
  },
  waitForOperations: {
    allowed: everyone,
    call: ({ fleet, failed }, caller) =>
      fleet.waitForOperations(caller, { ids: [failed], ...wait }, { signal }),
  },
  getOperation: {
    allowed: everyone,
    call: ({ fleet, queued }, caller) => fleet.getOperation(caller, queued),
  },
  explain: {
    allowed: everyone,
    call: ({ fleet, queued }, caller) => fleet.explain(caller, queued),
  },
  listOperations: {
    allowed: everyone,
    call: ({ fleet }, caller) => fleet.listOperations(caller, {}),
  },
  cancelOperation: {
    allowed: owners,
    call: ({ fleet, queued }, caller) => fleet.cancelOperation(caller, { id: queued, reason: "x" }),
  },
  retryOperation: {
    // An admin would decide alone for another.
    allowed: ["owner", "agent"],
    call: ({ fleet, failed }, caller) => fleet.retryOperation(caller, failed),
  },
  pause: {
    allowed: ["admin", "an admin's agent"],
    call: ({ fleet }, caller) => fleet.pause(caller, "all"),
  },
  resume: {
    allowed: ["admin", "an admin's agent"],
    call: ({ fleet }, caller) => fleet.resume(caller, "all"),
  },
  listApprovals: {
    allowed: everyone,
    call: ({ fleet }, caller) => fleet.listApprovals(caller, {}),
  },
  getApproval: {
    allowed: everyone,
    call: ({ fleet, approval }, caller) => fleet.getApproval(caller, approval),
  },
  decide: {
    allowed: ["owner", "admin"],
    call: ({ fleet, approval }, caller) => fleet.decide(caller, { id: approval, decision: "deny" }),
  },
  extend: {
    allowed: owners,
    call: ({ fleet, name }, caller) => fleet.extend(caller, { thopter: name, byMs: 60 * minute }),
  },
  renameThopter: {
    allowed: owners,
    call: ({ fleet, name }, caller) =>
      fleet.renameThopter(caller, { thopter: name, name: "jade-owl" }),
  },
  labelThopter: {
    allowed: owners,
    call: ({ fleet, name }, caller) => fleet.labelThopter(caller, { thopter: name, add: ["x"] }),
  },
  listTemplates: { allowed: everyone, call: ({ fleet }, caller) => fleet.listTemplates(caller) },
  getTemplate: {
    allowed: everyone,
    call: ({ fleet }, caller) => fleet.getTemplate(caller, { name: "bugfix" }),
  },
  renderTemplate: {
    allowed: everyone,
    call: ({ fleet }, caller) => fleet.renderTemplate(caller, { name: "bugfix", task: "x" }),
  },
  listRepositories: {
    allowed: writers,
    call: ({ fleet }, caller) => fleet.listRepositories(caller),
  },
  showRepository: {
    allowed: writers,
    call: ({ fleet }, caller) => fleet.showRepository(caller, { address: "owner/gate" }),
  },
  setRepositoryVariables: {
    allowed: ["admin"],
    call: ({ fleet }, caller) =>
      fleet.setRepositoryVariables(caller, { address: "owner/gate", set: { A: "a" } }),
  },
  trustRepository: {
    allowed: ["admin"],
    call: ({ fleet }, caller) =>
      fleet.trustRepository(caller, { address: "owner/gate", trusted: true }),
  },
  deleteRepository: {
    allowed: ["admin"],
    call: ({ fleet }, caller) => fleet.deleteRepository(caller, { address: "owner/gate" }),
  },
  createToken: {
    allowed: writingPersons,
    call: ({ fleet }, caller) => fleet.createToken(caller, { kind: "agent", label: "x" }),
  },
  listTokens: { allowed: persons, call: ({ fleet }, caller) => fleet.listTokens(caller) },
  revokeToken: {
    allowed: ["owner", "admin"],
    call: ({ fleet, token }, caller) => fleet.revokeToken(caller, token),
  },
  listPeople: { allowed: everyone, call: ({ fleet }, caller) => fleet.listPeople(caller) },
  setRole: {
    allowed: ["admin"],
    call: ({ fleet }, caller) => fleet.setRole(caller, { person: "vera", role: "operator" }),
  },
  createLinkCode: {
    allowed: [...writingPersons, "viewer"],
    call: ({ fleet }, caller) => fleet.createLinkCode(caller),
  },
  lookAtLogin: {
    allowed: persons,
    call: ({ fleet, code }, caller) => fleet.lookAtLogin(caller, { code }),
  },
  approveLogin: {
    allowed: [...writingPersons, "viewer"],
    call: ({ fleet, code }, caller) => fleet.approveLogin(caller, { code }),
  },
  denyLogin: {
    allowed: [...writingPersons, "viewer"],
    call: ({ fleet, code }, caller) => fleet.denyLogin(caller, { code }),
  },
  whoAmI: { allowed: everyone, call: ({ fleet }, caller) => fleet.whoAmI(caller) },
  listIdentities: { allowed: everyone, call: ({ fleet }, caller) => fleet.listIdentities(caller) },
  getIdentity: {
    allowed: ["owner", "admin", "read-only owner", "read-only admin"],
    call: ({ fleet, identity }, caller) => fleet.getIdentity(caller, { identity }),
  },
  uploadHome: {
    allowed: writingPersons,
    call: ({ fleet }, caller) => fleet.uploadHome(caller, { archive: new Uint8Array(1) }),
  },
  createIdentity: {
    allowed: writingPersons,
    call: ({ fleet }, caller) => fleet.createIdentity(caller, { name: "other", logins }),
  },
  deleteIdentity: {
    allowed: ["owner", "admin"],
    call: ({ fleet, identity }, caller) => fleet.deleteIdentity(caller, { identity }),
  },
  setDefaultIdentity: {
    allowed: writingPersons,
    call: ({ fleet, identity }, caller) => fleet.setDefaultIdentity(caller, { identity }),
  },
  checkIdentity: {
    allowed: ["owner", "admin"],
    call: ({ fleet, identity }, caller) => fleet.checkIdentity(caller, { identity }),
  },
  audit: {
    allowed: ["admin", "an admin's agent"],
    async call({ fleet }, caller) {
      return fleet.audit(caller, {});
    },
  },
  watch: {
    allowed: everyone,
    async call({ fleet }, caller) {
      fleet.watch(caller, AbortSignal.timeout(1));
    },
  },
};
