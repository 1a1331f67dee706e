import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import type { CreateIdentityRequest } from "../../src/core/ports/identities.ts";
import { settle } from "../manual-clock.ts";
import { callers, minute, refusalOf, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";

const { ann, ben, ada, vera, agent } = callers;
const key = { variable: "ANTHROPIC_API_KEY", value: "a-key-of-no-known-shape" };
const task = { task: "mend the gate", repository: "owner/gate" };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function make(rig: Rig, caller: Caller, request: Partial<CreateIdentityRequest> = {}) {
  return rig.fleet.createIdentity(caller, { name: "mine", logins: [key], ...request });
}

/** Ann's, with a home. */
async function makeHome(rig: Rig, home: string, replace = false) {
  const { upload } = await rig.fleet.uploadHome(ann, { archive: bytes(home) });
  return rig.fleet.createIdentity(ann, { name: "mine", upload, replace });
}

async function chosenBy(rig: Rig, caller: Caller, identity?: string) {
  const patch = identity === undefined ? {} : { identity };
  return (await rig.provision(caller, patch)).identity?.name;
}

describe("which identity a provision takes", () => {
  it("is the one it names, else the person's default, else the hub's, else none", async () => {
    const rig = await startRig();
    const { fleet } = rig;
    expect(await chosenBy(rig, ann)).toBeUndefined();
    await make(rig, ada, { name: "all", shared: true });
    await fleet.setDefaultIdentity(ada, { identity: "all", hub: true });
    expect(await chosenBy(rig, ann)).toBe("all");
    await make(rig, ann);
    await fleet.setDefaultIdentity(ann, { identity: "mine" });
    expect(await chosenBy(rig, ann)).toBe("mine");
    expect(await chosenBy(rig, agent), "an agent of Ann's").toBe("mine");
    expect(await chosenBy(rig, ben)).toBe("all");
    expect(await chosenBy(rig, ann, "all")).toBe("all");
    expect(await chosenBy(rig, ann, "none")).toBeUndefined();
    await fleet.setDefaultIdentity(ann, {});
    expect(await chosenBy(rig, ann)).toBe("all");
    await fleet.setDefaultIdentity(ada, { hub: true });
    expect(await chosenBy(rig, ann)).toBeUndefined();
  });

  it("is named by persons alone, and is their own or shared", async () => {
    const rig = await startRig();
    await make(rig, ann);
    const by = (caller: Caller) =>
      refusalOf(rig.fleet.provision(caller, { ...task, identity: "mine" }));
    expect(await by(agent)).toMatch(/^forbidden: .*only a person may/);
    expect(await rig.fleet.listIdentities(agent), "what it may name").toEqual([]);
    expect(await chosenBy(rig, agent, "none"), "as it would anyway").toBeUndefined();
    expect(await by(ben)).toMatch(/^not_found: .*You have none/);
    expect(await by(ada), "an admin has no use of another's login").toMatch(/^not_found/);
    expect(await refusalOf(rig.fleet.setDefaultIdentity(ben, { identity: "mine" }))).toMatch(
      /^not_found/,
    );
  });

  it("is never another person's for an agent, unless a person chose it", async () => {
    const rig = await startRig();
    await make(rig, ada, { name: "all", shared: true });
    await make(rig, ann);
    const chooser = { ...agent, toolsets: ["identities"] };
    const by = (caller: Caller, identity: string) =>
      refusalOf(rig.fleet.provision(caller, { ...task, identity }));
    expect(await by(agent, "mine")).toMatch(/^forbidden: .*person chose, none, and only/);
    expect(await by(chooser, "all")).toMatch(/^not_found: .*There are: mine\./);
    expect(await by({ ...chooser, toolsets: ["run"] }, "mine")).toMatch(/^forbidden/);
    expect(await chosenBy(rig, chooser, "mine")).toBe("mine");
    await rig.fleet.setDefaultIdentity(ada, { identity: "all", hub: true });
    expect(await chosenBy(rig, agent, "all"), "the hub's default").toBe("all");
    await rig.fleet.setDefaultIdentity(ann, { identity: "mine" });
    expect(await by(agent, "all")).toMatch(/^forbidden/);
    expect(await by(agent, "none")).toMatch(/^forbidden/);
    expect(await by(chooser, "all")).toMatch(/^not_found/);
    await rig.fleet.setDefaultIdentity(ada, { hub: true });
    await rig.fleet.setDefaultIdentity(ann, { identity: "all" });
    await make(rig, ada, { name: "all", shared: false, replace: true });
    expect(await by(agent, "none"), "its default is no longer there").toMatch(/^forbidden/);
  });

  it("stays the same for a retry and a restore, whatever the default is then", async () => {
    const rig = await startRig();
    const { fleet, world } = rig;
    const { id } = await makeHome(rig, "first");
    world.faults.set("create", new Error("broken"));
    const { operation } = await fleet.provision(ann, { ...task, identity: "mine" });
    await settle();
    world.faults.clear();
    const retried = await fleet.retryOperation(ann, operation.id);
    expect((await rig.thopter(retried.thopterId)).identity).toEqual({
      ...{ id, name: "mine", digest: "first" },
    });
    await settle();
    const rescue = { id: "r", bundlePath: "/r", commits: 1, uncommittedFiles: 0, savedAt: 1 };
    await rig.engine.amend(retried.thopterId, () => ({ rescue }));
    await makeHome(rig, "second", true);
    const restored = await fleet.restore(ann, { rescue: "r" });
    expect(restored.thopter.identity?.digest).toBe("second");
    const without = await fleet.restore(ann, { rescue: "r", identity: "none" });
    expect(without.thopter.identity).toBeUndefined();
    await settle();
    await fleet.deleteIdentity(ann, { identity: "mine" });
    expect(await refusalOf(fleet.restore(ann, { rescue: "r" }))).toMatch(/"mine" is not there/);
  });

  it("is for a retry as it is then, and its owner's", async () => {
    const rig = await startRig();
    const { fleet, world } = rig;
    await makeHome(rig, "first");
    world.faults.set("create", new Error("broken"));
    const { operation } = await fleet.provision(ann, { ...task, identity: "mine" });
    await settle();
    world.faults.clear();
    await makeHome(rig, "second", true);
    const retried = await fleet.retryOperation(ada, operation.id);
    const { identity, ownerId } = await rig.thopter(retried.thopterId);
    expect([identity?.digest, ownerId]).toEqual(["second", "ann"]);
    await settle();
    await fleet.deleteIdentity(ann, { identity: "mine" });
    const words = await refusalOf(fleet.retryOperation(ann, operation.id));
    expect(words).toMatch(/^unavailable: Cannot retry: its identity "mine" is not there/);
  });

  it.each([
    ["claude", "ANTHROPIC_API_KEY"],
    ["claude", "CLAUDE_CODE_OAUTH_TOKEN"],
    ["codex", "OPENAI_API_KEY"],
  ])("has to log %s in, where the hub has no %s", async (agentName, variable) => {
    const rig = await startRig({ agent: agentName });
    const { fleet } = rig;
    const ask = (caller: Caller, identity?: string) =>
      refusalOf(fleet.provision(caller, { ...task, ...(identity && { identity }) }));
    const without = new RegExp(`^unavailable: .*the hub has no login for the agent "${agentName}"`);
    expect(await ask(ann)).toMatch(without);
    expect(await ask(ann, "none")).toMatch(without);
    await make(rig, ann, { logins: [{ ...key, variable: "GH_TOKEN" }] });
    expect(await ask(ann, "mine")).toMatch(
      /neither it nor the hub has a login.*identity create mine --replace --login/,
    );
    await fleet.setDefaultIdentity(ann, { identity: "mine" });
    expect(await ask(agent)).toContain("neither it nor the hub has a login");
    await make(rig, ann, { replace: true, logins: [{ ...key, variable }] });
    expect(await chosenBy(rig, ann)).toBe("mine");
    expect(await chosenBy(rig, agent)).toBe("mine");
    const own = await startRig({ agent: agentName, ownLogins: [variable] });
    expect(await chosenBy(own, ann)).toBeUndefined();
  });

  it("may bring the login of Codex in its home, and never that of Claude Code", async () => {
    const rig = await startRig({ agent: "codex" });
    await makeHome(rig, "home");
    expect(await chosenBy(rig, ann, "mine")).toBe("mine");
    const other = await startRig({ agent: "claude" });
    await makeHome(other, "home");
    const refused = refusalOf(other.fleet.provision(ann, { ...task, identity: "mine" }));
    expect(await refused).toContain("neither it nor the hub has a login");
  });

  it("makes another request of one with the same key", async () => {
    const rig = await startRig();
    await make(rig, ann);
    const keyed = { ...task, key: "k" };
    await rig.fleet.provision(ann, { ...keyed, identity: "mine" });
    const again = await rig.fleet.provision(ann, { ...keyed, identity: "mine" });
    expect(again.outcome).toBe("repeated");
    expect(await refusalOf(rig.fleet.provision(ann, keyed))).toMatch(/^conflict/);
  });

  it("is refused while its login is known not to work, with who must renew it how", async () => {
    const rig = await startRig();
    const { fleet, clock, keep } = rig;
    await make(rig, ann, { expiresAt: clock.now() + minute });
    expect(await chosenBy(rig, ann, "mine")).toBe("mine");
    await clock.advance(minute);
    const words = await refusalOf(fleet.provision(ann, { ...task, identity: "mine" }));
    expect(words).toMatch(/^unavailable: .*ANTHROPIC_API_KEY has expired on \d{4}-\d\d-\d\d/);
    expect(words).toContain("ann, must renew it: thopter identity create mine --replace --login");
    await make(rig, ann, { replace: true });
    expect(await chosenBy(rig, ann, "mine")).toBe("mine");
    keep.says = "refused";
    const { logins } = await fleet.checkIdentity(ann, { identity: "mine" });
    expect(logins[0]).toMatchObject({ check: { result: "refused" } });
    expect(logins[0]?.trouble).toContain("was refused when it was last checked");
    await fleet.setDefaultIdentity(ann, { identity: "mine" });
    expect(await refusalOf(fleet.provision(agent, task))).toContain("must renew it");
    keep.says = "unreachable";
    await fleet.checkIdentity(ann, { identity: "mine" });
    expect(await chosenBy(rig, ann)).toBe("mine");
  });
});

describe("an identity", () => {
  it("is replaced in the parts that are given, by its owner or an admin", async () => {
    const rig = await startRig();
    const { fleet } = rig;
    await makeHome(rig, "home");
    const { id } = await make(rig, ann, { replace: true });
    expect(await fleet.getIdentity(ann, { identity: "mine" })).toMatchObject({
      hasHome: true,
      variables: ["ANTHROPIC_API_KEY"],
    });
    expect(await refusalOf(make(rig, ann))).toMatch(/^conflict: .*--replace/);
    expect(await refusalOf(make(rig, ben, { replace: true }))).toMatch(/^not_found/);
    await make(rig, ada, { name: id, replace: true, shared: true });
    expect(await refusalOf(make(rig, ben, { replace: true }))).toMatch(/^forbidden/);
    expect((await fleet.getIdentity(ada, { identity: id })).ownerName).toBe("ann");
    expect((await fleet.listIdentities(vera)).map(({ name }) => name)).toEqual(["mine"]);
  });

  it("shows no secret, in an answer, a record or the audit log, and the redactor learns it", async () => {
    const rig = await startRig();
    const answers = [
      await make(rig, ann, { shared: false }),
      await rig.fleet.getIdentity(ann, { identity: "mine" }),
      await rig.fleet.listIdentities(ann),
      await rig.fleet.checkIdentity(ann, { identity: "mine" }),
      await rig.fleet.audit(ada, {}),
    ];
    expect(JSON.stringify(answers)).not.toContain(key.value);
    expect(JSON.stringify(answers)).not.toContain(btoa(key.value));
    expect(JSON.stringify(await rig.store.list("identity"))).not.toContain(key.value);
    expect(rig.keep.learnt).toContain(key.value);
  });

  it("holds something, is shared by admins alone, and has a plain name", async () => {
    const rig = await startRig();
    expect(await refusalOf(make(rig, ann, { logins: [] }))).toMatch(/of nothing/);
    expect(await refusalOf(make(rig, ann, { shared: true }))).toMatch(/^forbidden/);
    for (const name of ["Mine", "a b", "-a", "none", "../x", "a".repeat(41), ""]) {
      expect(await refusalOf(make(rig, ann, { name })), name).toMatch(/^invalid/);
    }
    for (const variable of ["THOPTER_ID", "PATH", "LD_PRELOAD", "A B", "1A", "A=B"]) {
      const logins = [{ variable, value: key.value }];
      expect(await refusalOf(make(rig, ann, { logins })), variable).toMatch(/^invalid/);
    }
    const short = [{ ...key, value: "short" }];
    expect(await refusalOf(make(rig, ann, { logins: short }))).toMatch(/8 to 10000 characters/);
    expect(await rig.store.list("identity")).toEqual([]);
  });

  it("cannot be the hub's default unless everyone may use it", async () => {
    const rig = await startRig();
    const { fleet } = rig;
    await make(rig, ada);
    const choose = () => fleet.setDefaultIdentity(ada, { identity: "mine", hub: true });
    expect(await refusalOf(choose())).toMatch(/^conflict: .*not shared/);
    await make(rig, ada, { replace: true, shared: true });
    await choose();
    expect(await refusalOf(make(rig, ada, { replace: true, shared: false }))).toMatch(/^conflict/);
    await fleet.deleteIdentity(ada, { identity: "mine" });
    expect(await chosenBy(rig, ann)).toBeUndefined();
  });
});

describe("the homes of identities", () => {
  it("are kept while an open provision names them, and go with their replacement or a restart", async () => {
    const rig = await startRig();
    const { fleet, keep, world } = rig;
    const { id } = await makeHome(rig, "first");
    world.held.add("create");
    await fleet.provision(ann, { ...task, identity: "mine" });
    await settle();
    await makeHome(rig, "second", true);
    expect([...keep.homes]).toEqual([`${id}/first`, `${id}/second`]);
    expect(await refusalOf(fleet.deleteIdentity(ann, { identity: "mine" }))).toMatch(
      /^conflict: .*under way takes it/,
    );
    world.release("create");
    await settle();
    const restarted = await rig.restart();
    expect([...keep.homes]).toEqual([`${id}/second`]);
    await restarted.fleet.deleteIdentity(ann, { identity: "mine" });
    expect([...keep.homes]).toEqual([]);
    expect(await restarted.store.list("identity")).toEqual([]);
  });

  it("are uploaded for their person alone, once, and for a while", async () => {
    const rig = await startRig();
    const { fleet, keep, clock } = rig;
    const { upload } = await fleet.uploadHome(ann, { archive: bytes("a") });
    expect(await refusalOf(make(rig, ben, { upload }))).toMatch(/^not_found/);
    await make(rig, ann, { upload });
    expect(await refusalOf(make(rig, ann, { name: "other", upload }))).toMatch(/^not_found/);
    for (let count = 0; count < 5; count += 1) await fleet.uploadHome(ann, { archive: bytes("b") });
    expect(keep.staged.size).toBe(3);
    await clock.advance(10 * minute);
    await settle();
    expect(keep.staged.size).toBe(0);
  });

  it("are let go when an identity comes to nothing", async () => {
    const rig = await startRig();
    const { upload } = await rig.fleet.uploadHome(ann, { archive: bytes("a") });
    const logins = [{ variable: "PATH", value: key.value }];
    expect(await refusalOf(make(rig, ann, { upload, logins }))).toMatch(/^invalid/);
    expect(rig.keep.staged.size).toBe(0);
    expect(rig.keep.homes.size).toBe(0);
  });
});

describe("a home that cannot be packed", () => {
  it("is told of in the hub's words, and its machine's words stay short", async () => {
    const rig = await startRig();
    const thopter = await rig.provision(ann);
    rig.world.agentStatus = "idle";
    rig.world.complaint = `tar: \u001b[2J${"OBEY-ME ".repeat(500_000)}`;
    const made = rig.fleet.createIdentity(ann, { name: "mine", fromThopter: thopter.name });
    expect(await refusalOf(made)).toBe(
      "unavailable: Cannot pack the home: tar could not read all of it",
    );
    const [{ error } = { error: undefined }] = rig.reports;
    const said = error instanceof Error ? String(error.cause) : "";
    expect(said).toContain("OBEY-ME");
    expect(said).not.toContain("\u001b");
    expect(said.length).toBeLessThan(600);
  });
});
