import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { UserError } from "../../src/core/errors.ts";
import type { Fleet } from "../../src/core/ports/fleet.ts";
import { settle } from "../manual-clock.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { callers, minute, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";
import { someUnsaved } from "./world.ts";

/** Who asks about a thopter that an agent of Ann's made. */
const who = {
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
type Who = keyof typeof who;

const everyone = Object.keys(who) as Who[]; // The keys of `who` are all there are.
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
type Scene = Rig & {
  name: string;
  /** A provision that waits, a destroy that failed, an approval that the agent asked for. */
  queued: string;
  failed: string;
  approval: string;
  token: string;
  /** Of a login that waits. */
  code: string;
};
type Method = { allowed: readonly Who[]; call(scene: Scene, caller: Caller): Promise<unknown> };

const signal = new AbortController().signal;
const request = { task: "mend the gate", repository: "owner/gate" };
const size = { columns: 80, rows: 24 };
const wait = { mode: "all", timeoutMs: 0 } as const;

const methods: Record<Exclude<keyof Fleet, "authenticate">, Method> = {
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

/** Whom each of these lets pass that only look leaves everything as it is. */
const looks: readonly (keyof typeof methods)[] = [
  "status",
  "rescues",
  "planDestroy",
  "listThopters",
  "getThopter",
  "read",
  "transcript",
  "waitForThopters",
  "waitForOperations",
  "getOperation",
  "explain",
  "listOperations",
  "listApprovals",
  "getApproval",
  "listTokens",
  "listPeople",
  "lookAtLogin",
  "listRepositories",
  "showRepository",
  "whoAmI",
  "listTemplates",
  "getTemplate",
  "renderTemplate",
  "audit",
  "watch",
];

async function setScene(): Promise<Scene> {
  const templates = temporaryDirectory();
  writeFileSync(join(templates, "bugfix.md"), "{{ task }}");
  const rig = await startRig({ templates });
  const { fleet, world } = rig;
  const made = await rig.provision(callers.agent, { ttlMs: 60 * minute });
  const rescue = { id: "r", bundlePath: "/r", commits: 1, uncommittedFiles: 0, savedAt: 1 };
  await rig.engine.amend(made.id, () => ({ rescue }));
  world.faults.set("remove", new Error("broken"));
  await fleet.destroy(callers.agent, { thopters: [made.id], reason: "x" });
  await settle();
  world.faults.clear();
  const [failed] = await rig.engine.list({ thopterId: made.id });
  world.unsaved.set(made.machineId ?? "", someUnsaved);
  const asked = await fleet.destroy(callers.agent, { thopters: [made.id], reason: "x" });
  world.unsaved.clear();
  await fleet.trustRepository(callers.ada, { address: "owner/gate", trusted: false });
  world.held.add("create");
  await fleet.provision(callers.agent, request);
  const queued = await fleet.provision(callers.agent, request);
  const { token } = await fleet.createToken(callers.ann, { kind: "person", label: "x" });
  const { code } = await fleet.logins.startLogin({ label: "x", address: "::1", challenge: "c" });
  if (asked.outcome !== "approval-needed") throw new Error("nobody was asked");
  return {
    ...rig,
    name: made.name,
    queued: queued.operation.id,
    failed: failed?.id ?? "",
    approval: asked.approval.id,
    token: token.id,
    code,
  };
}

async function isAllowed(method: Method, scene: Scene, caller: Caller): Promise<boolean> {
  try {
    await method.call(scene, caller);
    return true;
  } catch (error) {
    if (error instanceof UserError && error.code === "forbidden") return false;
    throw error;
  }
}

describe("who may ask for", () => {
  // The keys of `methods` are all there are.
  for (const name of Object.keys(methods) as (keyof typeof methods)[]) {
    it(`"${name}"`, async () => {
      const method = methods[name];
      const allowed: Who[] = [];
      for (const one of everyone) {
        const scene = await setScene();
        const audited = (await scene.store.list("audit")).length;
        const may = await isAllowed(method, scene, who[one]);
        if (may) allowed.push(one);
        const left = (await scene.store.list("audit")).length - audited;
        // Every mutation leaves a record, and nothing else does.
        expect(left > 0, `${one} leaves a record`).toBe(may && !looks.includes(name));
      }
      expect(allowed.toSorted()).toEqual([...method.allowed].toSorted());
    });
  }
});

describe("the audit log", () => {
  it("says who did what through which front, newest first and bounded", async () => {
    const { fleet, name } = await setScene();
    await fleet.tell(callers.ann, { thopter: name, text: "hi" }, signal);
    const [newest, ...older] = await fleet.audit(callers.ada, { limit: 3 });
    expect(newest).toMatchObject({
      actor: callers.ann.actor,
      front: "cli",
      action: "tell",
      outcome: "succeeded",
    });
    expect(older).toHaveLength(2);
    const { length } = await fleet.audit(callers.ada, {});
    expect(length).toBeGreaterThan(3);
  });
});
