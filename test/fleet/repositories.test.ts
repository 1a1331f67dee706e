import { describe, expect, it } from "vitest";
import { createVault } from "../../src/secrets/vault.ts";
import type { Caller } from "../../src/core/actor.ts";
import { settle } from "../manual-clock.ts";
import { callers, refusalOf, startRig } from "./rig.ts";

const { ann, ada, abe, agent, adminAgent, adaReading } = callers;
const address = "https://github.com/Owner/Gate.git";
const value = "a-value-of-no-known-shape";

describe("the variables of a repository", () => {
  it("are kept sealed, and come back as names, whoever asks and however it is written", async () => {
    const rig = await startRig();
    const { fleet } = rig;
    const set = { NPM_TOKEN: value, ANOTHER: "x\ny'z" };
    const made = await fleet.setRepositoryVariables(ada, { address: "owner/gate", set });
    expect(made).toMatchObject({
      ...{ id: "github.com/owner/gate", address: "https://github.com/owner/gate.git" },
      ...{ trusted: false, trustedBySettings: false, changedByName: "ada" },
    });
    expect(made.variables).toEqual([
      { name: "ANOTHER", setAt: rig.clock.now(), setByName: "ada" },
      { name: "NPM_TOKEN", setAt: rig.clock.now(), setByName: "ada" },
    ]);
    for (const one of [
      address,
      "git@github.com:owner/gate.git",
      "ssh://git@github.com/owner/gate",
    ]) {
      expect(await fleet.showRepository(ann, { address: one })).toEqual(made);
    }
    expect(await fleet.listRepositories(ann)).toEqual([made]);
    const records = JSON.stringify([
      await rig.store.list("repository"),
      await rig.store.list("audit"),
    ]);
    expect(records).not.toContain(value);
    expect(records).toContain("+NPM_TOKEN +ANOTHER");
    const [record] = await rig.store.list("repository");
    const sealed = record?.variables.find(({ name }) => name === "NPM_TOKEN")?.sealed ?? "";
    const key = Buffer.alloc(32, 7);
    const other = createVault(key, "repository github.com/owner/other");
    expect(createVault(key, "repository github.com/owner/gate").unseal(sealed)).toBe(value);
    expect(() => other.unseal(sealed)).toThrow(/Cannot read a secret/);
  });

  it("are changed one by one, and taken out", async () => {
    const rig = await startRig();
    const change = (set: Record<string, string>, unset: string[] = []) =>
      rig.fleet.setRepositoryVariables(ada, { address, set, unset });
    await change({ A: "1", B: "2" });
    const { variables } = await rig.fleet.setRepositoryVariables(abe, {
      ...{ address: "git@github.com:owner/gate", set: { B: "3", C: "4" }, unset: ["A"] },
    });
    expect(variables.map(({ name, setByName }) => `${name} ${setByName}`)).toEqual([
      "B abe",
      "C abe",
    ]);
    const refused = async (set: Record<string, string>, unset: string[] = []) =>
      refusalOf(change(set, unset));
    expect(await refused({}, ["A"])).toMatch(/^not_found: .*"A": none is kept/);
    expect(await refused({})).toMatch(/^invalid: .*name one/);
    expect(await refused({ B: "1" }, ["B"])).toMatch(/is to come and to go/);
    for (const name of ["1A", "A-B", "", "A B", "THOPTER_NAME", "PATH", "HOME", "a".repeat(201)]) {
      expect(await refused({ [name]: value })).toMatch(/^invalid: Cannot keep (a|the) variable/);
    }
    expect(await refused({ [`A=${value}`]: "x" })).not.toContain(value);
    for (const bad of ["", `${value}\0`, value.repeat(2000)]) {
      const words = await refused({ A: bad });
      expect(words).toMatch(/^invalid: Cannot keep the variable "A"/);
      expect(words).not.toContain(value);
    }
    const many = Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`V${index}`, "1"]));
    expect(await refused(many)).toMatch(/^invalid: Cannot keep 101 variables/);
  });

  it("that two set at once are both there", async () => {
    const rig = await startRig();
    const names = ["A", "B", "C", "D"];
    await Promise.all(
      names.map((name) =>
        rig.fleet.setRepositoryVariables(ada, { address, set: { [name]: value } }),
      ),
    );
    const { variables } = await rig.fleet.showRepository(ada, { address });
    expect(variables.map(({ name }) => name)).toEqual(names);
  });
});

describe("a repository", () => {
  it("is trusted for a time within the hub's limit, and forgotten", async () => {
    const rig = await startRig();
    const { fleet } = rig;
    const trust = (trusted: boolean, setupTimeoutMs?: number) =>
      fleet.trustRepository(ada, { address, trusted, setupTimeoutMs });
    expect(await trust(true, 900_000)).toMatchObject({ trusted: true, setupTimeoutMs: 900_000 });
    expect(await trust(false)).toMatchObject({ trusted: false, setupTimeoutMs: 900_000 });
    for (const bad of [0, 999, 3_600_001, Number.NaN]) {
      expect(await refusalOf(trust(true, bad))).toMatch(/^invalid: .*from 1 s to 60 min/);
    }
    await fleet.deleteRepository(ada, { address: "owner/gate" });
    expect(await fleet.listRepositories(ada)).toEqual([]);
    expect(await refusalOf(fleet.showRepository(ada, { address }))).toMatch(/^not_found/);
    expect(await refusalOf(fleet.deleteRepository(ada, { address }))).toMatch(/^not_found/);
    expect(await trust(true)).toMatchObject({ trusted: true });
    expect(await rig.auditLines()).toEqual([
      "person:ada trust-repository succeeded",
      "person:ada distrust-repository succeeded",
      "person:ada delete-repository accepted",
      "person:ada trust-repository succeeded",
    ]);
    expect(await refusalOf(fleet.showRepository(ada, { address: "--x" }))).toMatch(/^invalid/);
  });

  it("survives a restart", async () => {
    const rig = await startRig();
    await rig.fleet.setRepositoryVariables(ada, { address, set: { A: value } });
    const { fleet } = await rig.restart();
    expect((await fleet.showRepository(ada, { address })).variables).toHaveLength(1);
    await fleet.trustRepository(ada, { address, trusted: true });
    expect(await fleet.showRepository(ada, { address })).toMatchObject({ trusted: true });
  });
});

describe("a provision", () => {
  const context = ["https://github.com/owner/gate/issues/5#issuecomment-1"];

  it("remembers the context that was named", async () => {
    const rig = await startRig();
    const { context: kept } = await rig.provision(agent, { context });
    expect(kept).toEqual(["https://github.com/owner/gate/issues/5"]);
    const bad = rig.fleet.provision(ann, {
      ...{ task: "x", repository: "owner/gate", context: ["https://example.com"] },
    });
    expect(await refusalOf(bad)).toMatch(
      /^invalid: Cannot take "https:\/\/example.com" as context/,
    );
    const keyed = (extra: { context?: string[] }) =>
      rig.fleet.provision(ann, { task: "x", repository: "owner/gate", key: "k", ...extra });
    const first = await keyed({});
    expect((await keyed({})).operation.id).toBe(first.operation.id);
    expect((await keyed({ context: [] })).operation.id).toBe(first.operation.id);
    expect(await refusalOf(keyed({ context }))).toMatch(/^conflict/);
  });

  it("lets its setup script run this once for an admin in person, on record", async () => {
    const rig = await startRig();
    for (const caller of [ann, agent, adminAgent, adaReading]) {
      const asked = rig.fleet.provision(caller, {
        ...{ task: "x", repository: "owner/gate", trustSetup: true },
      });
      expect(await refusalOf(asked)).toMatch(/^forbidden/);
    }
    const { setupTrustedBy, id } = await rig.provision(ada, { trustSetup: true, name: "jade-owl" });
    expect(setupTrustedBy).toBe("ada");
    const [newest] = await rig.fleet.audit(ada, { limit: 1 });
    expect(newest?.detail).toMatch(/^jade-owl from .*, its setup script allowed this once$/);
    expect((await rig.provision(ann, { trustSetup: false })).setupTrustedBy).toBeUndefined();
    expect(JSON.stringify(await rig.fleet.getThopter(ann, id))).not.toContain("setupTrustedBy");
  });

  it("that is retried keeps its context, and the trust for whoever gave it", async () => {
    const rig = await startRig();
    rig.world.faults.set("create", new Error("broken"));
    const asked = { task: "x", repository: "owner/gate", context, trustSetup: true };
    const { operation } = await rig.fleet.provision(ada, asked);
    await settle();
    const retried = async (caller: Caller) => {
      const { thopterId } = await rig.fleet.retryOperation(caller, operation.id);
      await settle();
      return rig.thopter(thopterId);
    };
    expect(await retried(ada)).toMatchObject({
      context: ["https://github.com/owner/gate/issues/5"],
      setupTrustedBy: "ada",
    });
    const byAnother = await retried(abe);
    expect(byAnother.context).toHaveLength(1);
    expect(byAnother.setupTrustedBy).toBeUndefined();
  });
});
