import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ProvisionRequest } from "../../src/core/ports/fleet.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { callers, refusalOf, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";

const { ann, ben, agent, vera } = callers;
const bugfix = `---
description: Mends a bug
variables:
  ticket: {required: true}
---
{{ task }} (#{{ vars.ticket }}) for {{ owner }} on {{ branch }}`;

async function startWith(files: Readonly<Record<string, string>> = { bugfix }): Promise<Rig> {
  const templates = temporaryDirectory();
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(templates, `${name}.md`), text);
  return startRig({ templates });
}

const request: ProvisionRequest = { task: "mend the gate", repository: "owner/gate" };
const with42 = { template: "bugfix", variables: { ticket: "42" } };

describe("a request with a template", () => {
  it("keeps it beside the short task, for whoever looks at the thopter", async () => {
    const rig = await startWith();
    const made = await rig.provision(agent, with42);
    const template = { name: "bugfix", variables: { ticket: "42" } };
    expect(await rig.thopter(made.id)).toMatchObject({ task: "mend the gate", template });
    expect(await rig.fleet.getThopter(vera, made.id)).toMatchObject({
      task: "mend the gate",
      template,
    });
    const [listed] = (await rig.fleet.listThopters(vera, {})).items;
    expect(listed).not.toHaveProperty("template");
    const plain = await rig.fleet.getThopter(vera, (await rig.provision(ann)).id);
    expect(plain).not.toHaveProperty("template");
  });

  it("shows in no view what the template made of it", async () => {
    const rig = await startWith();
    const { id } = await rig.provision(ann, with42);
    await rig.engine.amend(id, () => ({ instructions: "told", repositoryConfig: { ttlMs: 1 } }));
    const views = [await rig.fleet.getThopter(ann, id), await rig.fleet.listThopters(ann, {})];
    expect(JSON.stringify(views)).not.toMatch(/instructions|repositoryConfig|told/);
  });

  it("is refused at once where the hub's template cannot be used, and leaves nothing", async () => {
    const rig = await startWith({ bugfix, broken: "one\n{{ tsk }}" });
    const refused = (patch: Partial<ProvisionRequest>) =>
      refusalOf(rig.fleet.provision(ann, { ...request, ...patch }));
    expect(await refused({ template: "bugfx" })).toBe(
      'not_found: Cannot find the template "bugfx" of the hub. Did you mean "bugfix"? There are "broken", "bugfix".',
    );
    expect(await refused({ template: "bugfix" })).toContain('it needs the variable "ticket"');
    expect(await refused({ ...with42, variables: { ticket: "1", tiket: "2" } })).toContain(
      'it takes no variable "tiket". It takes ticket.',
    );
    expect(await refused({ template: "broken" })).toContain(
      'templates/broken.md:2: there is no variable "tsk"',
    );
    expect(await refused({ variables: { a: "1" } })).toContain("variables without a template");
    for (const template of ["", "../x", "a/b/c", "A", "x.md", "repo:", "repo:../x", "repo:none"])
      expect(await refused({ template })).toMatch(/^invalid: Cannot use the template/);
    for (const key of ["", "1", "a b", "__proto__", "a".repeat(51)]) {
      const variables = Object.fromEntries([[key, "x"]]);
      expect(await refused({ template: "bugfix", variables })).toMatch(
        /^invalid: Cannot use the variable/,
      );
    }
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`v${n}`, "x"]));
    expect(await refused({ template: "bugfix", variables: many })).toContain("50 are the most");
    const large = { ticket: "x".repeat(10_001) };
    expect(await refused({ template: "bugfix", variables: large })).toContain("10000 are the most");
    const all = Array.from({ length: 11 }, (_, n) => [`v${n}`, "x".repeat(9999)] as const);
    expect(await refused({ template: "bugfix", variables: Object.fromEntries(all) })).toContain(
      "100000 are the most in all",
    );
    expect((await rig.fleet.listThopters(ann, {})).items).toEqual([]);
    expect(await rig.auditLines()).toEqual([]);
  });

  it("of the repository, or none, is taken as it is", async () => {
    const rig = await startWith({});
    for (const template of ["repo:bugfix", "repo:team/bugfix", "none"]) {
      const made = await rig.provision(ann, { template });
      expect(made.template).toEqual({ name: template, variables: {} });
    }
  });

  it("is the same request again only with the same template and variables", async () => {
    const rig = await startWith({ bugfix, other: "{{ task }}" });
    const ask = (patch: Partial<ProvisionRequest>) =>
      rig.fleet.provision(ann, { ...request, key: "k", ...patch });
    const first = await ask(with42);
    expect((await ask(with42)).thopter.id).toBe(first.thopter.id);
    expect(await refusalOf(ask({ ...with42, variables: { ticket: "43" } }))).toMatch(/^conflict/);
    expect(await refusalOf(ask({ template: "other" }))).toMatch(/^conflict/);
    expect(await refusalOf(ask({}))).toMatch(/^conflict/);
    const two = { template: "other", key: "k2" };
    const second = await ask({ ...two, variables: { a: "1", b: "2" } });
    const again = await ask({ ...two, variables: { b: "2", a: "1" } });
    expect(again.thopter.id).toBe(second.thopter.id);
  });

  it("is put into it anew when it is retried", async () => {
    const rig = await startWith();
    rig.world.faults.set("launch", new Error("broken"));
    const made = await rig.provision(ann, { ...with42, keepOnFailure: true });
    rig.world.faults.clear();
    await rig.engine.amend(made.id, () => ({
      ...{ instructions: "told", ttlMs: 60_000, repositoryConfig: { ttlMs: 60_000 } },
    }));
    const [failed] = await rig.engine.list({ thopterId: made.id });
    const again = await rig.fleet.retryOperation(ann, failed?.id ?? "");
    const record = await rig.thopter(again.thopterId);
    expect(record.template).toEqual({ name: "bugfix", variables: { ticket: "42" } });
    expect(record).not.toHaveProperty("instructions");
    expect(record).not.toHaveProperty("repositoryConfig");
    // The repository's own word is not the request's.
    expect(record).not.toHaveProperty("ttlMs");
  });

  it("is told again when its work is restored, with the template gone", async () => {
    const rig = await startWith();
    const made = await rig.provision(ann, with42);
    const rescue = { id: "r", bundlePath: "/r", commits: 1, uncommittedFiles: 0, savedAt: 1 };
    await rig.engine.amend(made.id, () => ({ rescue, instructions: "told" }));
    const { thopter } = await rig.fleet.restore(ann, { rescue: "r" });
    expect(await rig.thopter(thopter.id)).toMatchObject({
      instructions: "told",
      template: { name: "bugfix", variables: { ticket: "42" } },
    });
    expect(rig.reports).toEqual([]);
  });
});

describe("the hub's templates", () => {
  it("are listed, shown and tried out", async () => {
    const rig = await startWith({ bugfix, broken: "{% if %}" });
    const { templates, problems } = await rig.fleet.listTemplates(vera);
    expect(templates).toEqual([
      {
        name: "bugfix",
        description: "Mends a bug",
        variables: [{ name: "ticket", required: true }],
      },
    ]);
    expect(problems).toMatchObject([{ file: "templates/broken.md", line: 1 }]);
    expect(await rig.fleet.getTemplate(vera, { name: "bugfix" })).toMatchObject({ text: bugfix });
    const tried = { name: "bugfix", task: "mend", variables: { ticket: "1" } };
    expect(await rig.fleet.renderTemplate(ben, tried)).toEqual({
      text: "mend (#1) for ben on thopter/amber-falcon",
    });
    const words = refusalOf(rig.fleet.getTemplate(ann, { name: "repo:bugfix" }));
    expect(await words).toContain("the hub knows its own templates alone");
    expect(await refusalOf(rig.fleet.getTemplate(ann, { name: "../bugfix" }))).toMatch(/^invalid/);
    expect(await refusalOf(rig.fleet.renderTemplate(ann, { name: "x", task: "x" }))).toMatch(
      /^not_found/,
    );
  });
});
