import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { callers, startRig } from "../fleet/rig.ts";
import type { Rig } from "../fleet/rig.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { callOf, clientOf } from "./rig-client.ts";

const { ann, ben, ada, agent } = callers;
const chooser = { ...agent, toolsets: ["identities"] };
const logins = [{ variable: "ANTHROPIC_API_KEY", value: "a-key-of-no-known-shape" }];
const bugfix = `---
description: Mends a bug
variables:
  ticket: {required: true, description: its number}
  why: {default: asked}
---
{{ task }} (#{{ vars.ticket }})`;

/** Ann has two identities, Ben one, and an admin shares one with everyone. */
async function start(): Promise<Rig> {
  const templates = temporaryDirectory();
  writeFileSync(join(templates, "bugfix.md"), bugfix);
  writeFileSync(join(templates, "odd.md"), "{{ tsk }}");
  const rig = await startRig({ templates });
  for (const name of ["mine", "spare"]) await rig.fleet.createIdentity(ann, { name, logins });
  await rig.fleet.createIdentity(ben, { name: "bens", logins });
  await rig.fleet.createIdentity(ada, { name: "team", logins, shared: true });
  await rig.fleet.setDefaultIdentity(ann, { identity: "mine" });
  return rig;
}

const wish = { task: "mend it", repository: "owner/gate" };
const provision = (client: Client, input: Record<string, unknown>) =>
  callOf(client, "provision_thopter", { ...wish, ...input });

async function read(client: Client, uri: string): Promise<Record<string, unknown>> {
  const [content] = (await client.readResource({ uri })).contents;
  if (content === undefined || !("text" in content)) throw new Error(`Nothing at ${uri}`);
  // What the resources hold is JSON by their type.
  return JSON.parse(content.text) as Record<string, unknown>;
}

async function identitiesOf(rig: Rig, caller: Caller): Promise<unknown> {
  return (await read(await clientOf(rig, caller), "thopter://identities"))["identities"];
}

describe("provision_thopter", () => {
  it("puts the task into a template with its variables", async () => {
    const rig = await start();
    const input = { template: "bugfix", variables: { ticket: "42" } };
    const { isError, content } = await provision(await clientOf(rig, agent), input);
    expect(isError).toBe(false);
    const [made] = await rig.store.list("thopter");
    expect(made).toMatchObject({ name: content["thopter"], template: { name: "bugfix" } });
    expect(made?.template?.variables).toEqual({ ticket: "42" });
  });

  it.each([
    [{ template: "bugfx" }, /Did you mean "bugfix"\? There are "bugfix", "odd"\. Call provision_/],
    [
      { template: "bugfix" },
      /needs the variable "ticket" \(its number\)\. Give it in variables, as/,
    ],
    [
      { template: "bugfix", variables: { ticket: "1", tiket: "2" } },
      /takes no variable "tiket"\. It takes ticket, why\. Mend that, then call provision_thopter/,
    ],
    [{ variables: { a: "1" } }, /variables without a template.* call provision_thopter again/],
    [{ template: "bugfix", variables: { ticket: 42 } }, /"variables\.ticket"/],
  ])("says of %j what is there and what to do", async (input, words) => {
    const rig = await start();
    const { isError, text } = await provision(await clientOf(rig, agent), input);
    expect([isError, text]).toEqual([true, expect.stringMatching(words)]);
    expect(text).not.toMatch(/--var|list_thopters/);
    expect(await rig.store.list("thopter")).toEqual([]);
  });

  it("takes the identity that a person names, theirs or shared", async () => {
    const rig = await start();
    const client = await clientOf(rig, ann);
    for (const identity of ["spare", "team"]) await provision(client, { identity });
    const made = await rig.store.list("thopter");
    expect(new Set(made.map((one) => one.identity?.name))).toEqual(new Set(["spare", "team"]));
    const { text } = await provision(client, { identity: "bens" });
    expect(text).toMatch(
      /Cannot find an identity "bens".* mine, spare, team\..*thopter:\/\/identit/,
    );
  });

  it("gives an agent what its person chose for it, and refuses another", async () => {
    const rig = await start();
    const client = await clientOf(rig, agent);
    await provision(client, {});
    await provision(client, { identity: "mine" });
    const made = await rig.store.list("thopter");
    expect(made.map((one) => one.identity?.name)).toEqual(["mine", "mine"]);
    for (const identity of ["spare", "team", "bens", "nothing", "none"]) {
      const { isError, text } = await provision(client, { identity });
      expect(isError, identity).toBe(true);
      expect(text).toMatch(/your token gets what its person chose, "mine", and only a person/);
      expect(text).toContain("call provision_thopter again, or ask your person");
    }
    expect(await rig.store.list("thopter")).toHaveLength(2);
  });

  it("lets an agent choose among what its person owns where its token says so, never another's", async () => {
    const rig = await start();
    const client = await clientOf(rig, chooser);
    expect((await provision(client, { identity: "spare" })).isError).toBe(false);
    expect((await provision(client, { identity: "none" })).isError).toBe(false);
    for (const identity of ["team", "bens"]) {
      const { text } = await provision(client, { identity });
      expect(text).toMatch(/Cannot find an identity ".*"\..*There are: mine, spare\./);
    }
    await rig.fleet.setDefaultIdentity(ann, { identity: "team" });
    expect((await provision(client, { identity: "team" })).isError, "chosen by Ann").toBe(false);
  });
});

describe("resources", () => {
  it("list the hub's templates with what they take, and what is wrong with others", async () => {
    const client = await clientOf(await start(), agent);
    const { templates, problems } = await read(client, "thopter://templates");
    expect(templates).toMatchObject([
      {
        name: "bugfix",
        variables: [
          { name: "ticket", required: true, description: "its number" },
          { name: "why", required: false, default: "asked" },
        ],
      },
      { name: "odd" },
    ]);
    expect(JSON.stringify(problems)).toContain('odd.md:1: there is no variable \\"tsk\\"');
    expect(await read(client, "thopter://templates/bugfix")).toMatchObject({ text: bugfix });
    for (const name of ["nothing", "repo:x", "none", "..%2Fx"]) {
      const uri = `thopter://templates/${name}`;
      await expect(client.readResource({ uri })).rejects.toMatchObject({ code: -32_602 });
      await expect(client.subscribeResource({ uri })).rejects.toMatchObject({ code: -32_602 });
    }
  });

  it("list to each the identities that they may name, and no secret", async () => {
    const rig = await start();
    const namesFor = async (caller: Caller) =>
      (await identitiesOf(rig, caller)) as { name: string }[]; // As the resource has them.
    expect((await namesFor(ann)).map(({ name }) => name)).toEqual(["mine", "spare", "team"]);
    expect((await namesFor(chooser)).map(({ name }) => name)).toEqual(["mine", "spare"]);
    expect(await namesFor(agent)).toEqual([
      {
        ...{ name: "mine", owner: "ann", is_yours: true, is_default: true, has_home: false },
        logins: ["ANTHROPIC_API_KEY"],
      },
    ]);
    expect((await namesFor(ada)).map(({ name }) => name)).toEqual(["team"]);
    expect(JSON.stringify(await namesFor(ann))).not.toContain("a-key-of-no-known-shape");
  });
});
