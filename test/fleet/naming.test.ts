import { describe, expect, it } from "vitest";
import { callers, refusalOf, startRig } from "./rig.ts";

const { ann, ada, ben, agent } = callers;

describe("a name", () => {
  it("is changed by who owns the thopter, or an admin; branch and machine keep theirs", async () => {
    const rig = await startRig();
    const made = await rig.provision(ann, { name: "amber-falcon" });
    const renamed = await rig.fleet.renameThopter(ann, {
      thopter: "amber-falcon",
      name: "jade-owl",
    });
    expect(renamed).toMatchObject({
      id: made.id,
      name: "jade-owl",
      branch: "thopter/amber-falcon",
    });
    const record = await rig.thopter(made.id);
    expect(record).toMatchObject({ name: "jade-owl", machineId: made.machineId });
    const gone = rig.fleet.renameThopter(ann, { thopter: "amber-falcon", name: "x" });
    expect(await refusalOf(gone)).toMatch(/^not_found/);
    await rig.fleet.renameThopter(ada, { thopter: "jade-owl", name: "tawny-owl" });
    expect(await rig.auditLines()).toContain("person:ada rename succeeded");
    const [newest] = await rig.fleet.audit(ada, { limit: 1 });
    expect(newest).toMatchObject({ subject: made.id, detail: "jade-owl to tawny-owl" });
  });

  it("to which it is changed is free, and one by the rules", async () => {
    const rig = await startRig();
    await rig.provision(ann, { name: "amber-falcon" });
    await rig.provision(ben, { name: "jade-owl" });
    const rename = (name: string, thopter = "amber-falcon") =>
      refusalOf(rig.fleet.renameThopter(ann, { thopter, name }));
    expect(await rename("jade-owl")).toMatch(/^conflict: .*"jade-owl": the name is taken/);
    for (const name of ["Owl", "a b", "../x", "-a", "", "a".repeat(41)]) {
      expect(await rename(name)).toMatch(/^invalid: Cannot name a thopter/);
    }
    expect(await rename("grey-owl", "jade-owl")).toMatch(/^forbidden/);
    const audited = (await rig.auditLines()).length;
    await rig.fleet.renameThopter(ann, { thopter: "amber-falcon", name: "amber-falcon" });
    expect(await rig.auditLines()).toHaveLength(audited);
  });

  it("of two who want it at once goes to one", async () => {
    const rig = await startRig();
    for (const name of ["amber-falcon", "jade-owl"]) await rig.provision(ann, { name });
    const asked = ["amber-falcon", "jade-owl"].map((thopter) =>
      rig.fleet.renameThopter(ann, { thopter, name: "tawny-owl" }).then(
        () => "renamed",
        (error: unknown) => String(error),
      ),
    );
    const answers = await Promise.all(asked);
    expect(answers.filter((one) => one === "renamed")).toHaveLength(1);
    const { items } = await rig.fleet.listThopters(ann, {});
    expect(new Set(items.map(({ name }) => name)).size).toBe(2);
  });

  it("is not changed while its machine may be under way under it", async () => {
    const rig = await startRig();
    rig.world.held.add("create");
    await rig.provision(ann, { name: "amber-falcon" });
    const rename = rig.fleet.renameThopter(ann, { thopter: "amber-falcon", name: "jade-owl" });
    expect(await refusalOf(rename)).toMatch(/^conflict: Cannot rename .*: it is provisioning/);
  });

  it("that was given away can be used again, with a branch of its own", async () => {
    const rig = await startRig();
    const first = await rig.provision(ann, { name: "amber-falcon" });
    await rig.fleet.renameThopter(ann, { thopter: first.id, name: "jade-owl" });
    const second = await rig.provision(ann, { name: "amber-falcon", task: "another" });
    expect(second).toMatchObject({ name: "amber-falcon", branch: "thopter/amber-falcon-2" });
    expect(second.id).not.toBe(first.id);
    const { fleet } = await rig.restart();
    expect(await fleet.getThopter(ann, "jade-owl")).toMatchObject({ id: first.id });
    expect(await fleet.getThopter(ann, "amber-falcon")).toMatchObject({ id: second.id });
  });
});

describe("labels", () => {
  it("come and go, each once, and the rest stay", async () => {
    const rig = await startRig();
    await rig.provision(agent, { name: "amber-falcon", labels: ["a", "b"] });
    const label = (add: string[], remove: string[]) =>
      rig.fleet.labelThopter(agent, { thopter: "amber-falcon", add, remove });
    expect((await label(["c", "c", "a"], ["b", "never-there"])).labels).toEqual(["a", "c"]);
    expect((await rig.fleet.listThopters(ann, { label: "c" })).items).toHaveLength(1);
    const [newest] = await rig.fleet.audit(ada, { limit: 1 });
    expect(newest).toMatchObject({ action: "label", detail: "+c +a -b -never-there" });
    const refused = (add: string[], remove: string[] = []) => refusalOf(label(add, remove));
    expect(await refused([])).toMatch(/^invalid: Cannot change the labels: name one/);
    expect(await refused(["x"], ["x"])).toMatch(/^invalid: .*"x" is to come and to go/);
    expect(await refused(["a b"])).toMatch(/^invalid: Cannot use the label "a b"/);
    const many = Array.from({ length: 19 }, (_, number) => `l${number}`);
    expect(await refused(many)).toMatch(/^invalid: Cannot use 21 labels/);
    const other = rig.fleet.labelThopter(ben, { thopter: "amber-falcon", add: ["x"] });
    expect(await refusalOf(other)).toMatch(/^forbidden/);
  });
});
