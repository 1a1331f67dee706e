import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { callers } from "../../fleet/rig.ts";
import type { Rig } from "../../fleet/rig.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { startDesk } from "../recording-ask.ts";
import { startSlackKit } from "../slack-kit.ts";
import type { SlackKit } from "../slack-kit.ts";

const { ann, ben, ada } = callers;
const logins = [{ variable: "ANTHROPIC_API_KEY", value: "a-key-of-no-known-shape" }];
const wait = { timeout: 10_000 };

/** A directory with two templates: one needs a ticket, one takes what it likes. */
function templates(): string {
  const place = temporaryDirectory();
  const front = "---\ndescription: Mends a bug\nvariables: {ticket: {required: true}}\n---\n";
  writeFileSync(join(place, "bugfix.md"), `${front}{{ task }} (#{{ vars.ticket }})`);
  writeFileSync(join(place, "plain.md"), "{{ task }}");
  return place;
}

async function startEquipped() {
  const desk = await startDesk({ templates: templates() });
  const { fleet } = desk.rig;
  await fleet.createIdentity(ann, { name: "mine", logins });
  await fleet.createIdentity(ben, { name: "bens", logins });
  await fleet.createIdentity(ada, { name: "team", logins, shared: true });
  await fleet.setDefaultIdentity(ann, { identity: "mine" });
  return desk;
}

async function latest(rig: Rig) {
  const [thopter] = await rig.store.list("thopter", { newestFirst: true });
  return thopter;
}

describe("provision with a template and an identity", () => {
  it("takes them in the words of the command line", async () => {
    const desk = await startEquipped();
    const text =
      "provision mend it --repo owner/gate --template bugfix --var ticket=4,2 —var why=“two words” --identity team";
    const { refused } = await desk.type("ann", text.replace(" —var why=“two words”", ""));
    expect(refused).toBeUndefined();
    expect(await latest(desk.rig)).toMatchObject({
      ...{ task: "mend it", identity: { name: "team" } },
      template: { name: "bugfix", variables: { ticket: "4,2" } },
    });
    await desk.type("ann", text.replace("bugfix", "plain").replace("--identity team", ""));
    expect(await latest(desk.rig)).toMatchObject({
      ...{ task: "mend it", identity: { name: "mine" } },
      template: { name: "plain", variables: { ticket: "4,2", why: "two words" } },
    });
    await desk.type("ann", "provision two --repo owner/gate --template repo:x --identity none");
    expect(await latest(desk.rig)).toMatchObject({ template: { name: "repo:x" } });
    expect(await latest(desk.rig)).not.toHaveProperty("identity");
  });

  it("refuses what is not there as the command line does, and makes nothing", async () => {
    const desk = await startEquipped();
    for (const [flags, words] of [
      ["--template bugfx", /Did you mean "bugfix"\? There are "bugfix", "plain"/],
      ["--template bugfix", /needs the variable "ticket"\. Give it with --var ticket=/],
      ["--template bugfix --var ticket", /for --var: write it as name=value/],
      ["--template bugfix --var ticket=1 --var x=2", /takes no variable "x". It takes ticket/],
      ["--var ticket=1", /variables without a template/],
      ["--identity bens", /Cannot find an identity "bens".*There are: mine, team\./],
      ["--identity tem", /Did you mean "team"\?/],
    ] as const) {
      const { refused } = await desk.type("ann", `provision x --repo o/r ${flags}`);
      expect(refused, flags).toMatch(words);
    }
    expect(await desk.rig.store.list("thopter")).toEqual([]);
  });
});

describe("the form for a new thopter", () => {
  it("offers the hub's templates and the identities that the asker may use", async () => {
    const desk = await startEquipped();
    const { views } = await desk.type("ann", "provision");
    const values = [...JSON.stringify(views[0]).matchAll(/"value":"([^"]*)"/g)].map(
      ([, one]) => one,
    );
    const identities = await desk.rig.fleet.listIdentities(ann);
    expect(values).toEqual([
      ...[":usual", "none", "bugfix", "plain", ":usual"],
      ...[":usual", "none", ...identities.map(({ id }) => id), ":usual"],
      ...values.slice(values.indexOf("none", 5) + 4),
    ]);
    expect(JSON.stringify(views[0])).toMatch(/The usual: mine.*of ada/);
    expect(JSON.stringify(views[0])).not.toContain("bens");
  });

  it("is as short as before where there is nothing to choose, but keeps what was typed", async () => {
    const desk = await startDesk();
    const plain = await desk.type("ann", "provision");
    expect(JSON.stringify(plain.views[0])).not.toMatch(
      /"block_id":"(template|variables|identity)"/,
    );
    const typed = await desk.type("ann", "provision x --template repo:y --var a=1 --identity me");
    const shown = JSON.stringify(typed.views[0]);
    for (const value of ["repo:y", "me"])
      expect(shown).toMatch(new RegExp(`"initial_option":{"text":{[^}]*},"value":"${value}"`));
    expect(shown).toContain('"initial_value":"a=1"');
  });

  it("says at once which variable is missing, and takes it", async () => {
    const desk = await startEquipped();
    const { views } = await desk.type("ann", "provision");
    const [team] = (await desk.rig.fleet.listIdentities(ann)).filter(({ name }) => name === "team");
    const filled = { task: "two", repository: "owner/gate", template: "bugfix" };
    for (const [variables, words] of [
      [undefined, /"bugfix" needs ticket=…/],
      ["why=x", /"bugfix" needs ticket=…/],
      ["ticket=1\nodd", /Write "odd" as name=value/],
      ["=1", /Write "=1"/],
    ] as const) {
      const { errors } = await desk.submit("ann", views[0], { ...filled, variables });
      expect(errors?.["variables"]).toMatch(words);
    }
    const stray = { ...filled, template: ":usual", variables: "a=1" };
    const { errors } = await desk.submit("ann", views[0], stray);
    expect(errors?.["variables"]).toMatch(/choose one, or leave this empty/);
    const right = { ...filled, variables: "\n ticket = 4=2 \n", identity: team?.id };
    const made = await desk.submit("ann", views[0], right);
    expect(made.errors ?? made.refused).toBeUndefined();
    expect(await latest(desk.rig)).toMatchObject({
      template: { name: "bugfix", variables: { ticket: "4=2" } },
      identity: { name: "team" },
    });
    await desk.submit("ann", views[0], { ...filled, template: ":usual", identity: ":usual" });
    const usual = await latest(desk.rig);
    expect(usual).toMatchObject({ identity: { name: "mine" } });
    expect(usual).not.toHaveProperty("template");
  });
});

describe("through Slack, over signed HTTP", () => {
  const form = (kit: SlackKit) =>
    vi.waitFor(() => {
      const view = kit.slack.views("developer").at(-1);
      if (view === undefined) throw new Error("No modal");
      return view;
    }, wait);

  it("a developer chooses a template and an identity by form and by words", async () => {
    const kit = await startSlackKit({ rig: { templates: templates() } });
    await kit.rig.fleet.createIdentity(ada, { name: "team", logins, shared: true });
    const developer = kit.as("developer");
    await developer.command("/thopter", "provision");
    const filled = { task: "mend it", repository: "owner/gate", template: "bugfix" };
    const wrong = await developer.submit(await form(kit), filled);
    expect(wrong.errors["variables"]).toMatch(/needs ticket=…/);
    const [{ id } = { id: "" }] = await kit.rig.fleet.listIdentities(ada);
    await developer.submit(await form(kit), { ...filled, variables: "ticket=42", identity: id });
    const template = { name: "bugfix", variables: { ticket: "42" } };
    await vi.waitFor(
      async () =>
        expect(await latest(kit.rig)).toMatchObject({ template, identity: { name: "team" } }),
      wait,
    );
    await kit.whispered("developer", "general", /this channel's repository/);
    await developer.command("/thopter", "provision two --template bugfx --identity team");
    await kit.whispered("developer", "general", /Did you mean .*bugfix/);
    await developer.command("/thopter", "provision two —template bugfix —var ticket=“7 a”");
    const second = { name: "bugfix", variables: { ticket: "7 a" } };
    await vi.waitFor(
      async () => expect(await latest(kit.rig)).toMatchObject({ task: "two", template: second }),
      wait,
    );
    expect(kit.reports).toEqual([]);
  });

  it("a destroy keeps the words of its reason out of the names", async () => {
    const kit = await startSlackKit();
    const developer = kit.as("developer");
    for (const name of ["amber-falcon", "jade-owl"])
      await developer.command("/thopter", `provision x --repo owner/gate --name ${name}`);
    await vi.waitFor(async () => {
      await kit.rig.clock.advance(1000);
      const made = await kit.rig.store.list("thopter", { newestFirst: true });
      expect(made.map(({ status }) => status)).toEqual(["ready", "ready"]);
    }, wait);
    await developer.command("/thopter", "destroy —reason done amber-falcon");
    await kit.whispered("developer", "general", /no name stands before/);
    await developer.command("/thopter", "destroy jade-owl —reason replaced by amber-falcon");
    const preview = await kit.whispered("developer", "general", /Destroy jade-owl\?/);
    expect(preview).toContain("replaced by amber-falcon");
    expect(preview.match(/• \*[^*]*\*/g)).toEqual(["• *jade-owl*"]);
  });
});
