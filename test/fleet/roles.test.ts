import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { UserError } from "../../src/core/errors.ts";
import { settle } from "../manual-clock.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { methods, who, signal, request, logins, everyone } from "./role-methods.ts";
import type { Method, Scene, Who } from "./role-methods.ts";
import { callers, minute, startRig } from "./rig.ts";
import { someUnsaved } from "./world.ts";

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
  "listIdentities",
  "getIdentity",
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
  const { id: identity } = await fleet.createIdentity(callers.ann, { name: "mine", logins });
  await fleet.createIdentity(callers.ada, { name: identity, replace: true, shared: true });
  if (asked.outcome !== "approval-needed") throw new Error("nobody was asked");
  return {
    ...rig,
    name: made.name,
    queued: queued.operation.id,
    failed: failed?.id ?? "",
    approval: asked.approval.id,
    token: token.id,
    code,
    identity,
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
