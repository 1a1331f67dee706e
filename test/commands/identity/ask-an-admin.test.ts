import { describe, expect, it } from "vitest";
import { validateMessage } from "../../../src/simulators/slack/blocks/validate.ts";
import { startStubKit } from "../stub-kit.ts";
import type { StubKit, StubKitOptions } from "../stub-kit.ts";
import { eventually } from "../../eventually.ts";

/** Someone who was refused for lack of a role presses "Ask an admin". */
async function startRefused(more: StubKitOptions = {}): Promise<StubKit> {
  const kit = await startStubKit(more);
  await kit.command("provision mend it --repo o/r", { user_id: "UBEN" });
  await eventually(() => expect(kit.stub.responses).toHaveLength(1));
  return kit;
}

const ben = { user: { id: "UBEN", team_id: "T01" } };
const ada = { user: { id: "UADA", team_id: "T01" } };

function posted({ stub }: StubKit, to: string) {
  return stub.called("chat.postMessage").filter(({ args }) => args["channel"] === to);
}

async function askAdmin(kit: StubKit, to: string, times = 1): Promise<string> {
  await kit.press("th:ask-admin", ben);
  await eventually(() => expect(posted(kit, to)).toHaveLength(times));
  const blocks = posted(kit, to).at(-1)?.args["blocks"] ?? "";
  expect(validateMessage({ text: "t", blocks: JSON.parse(blocks) as unknown })).toEqual([]);
  return /"value":"([^"]+)"/.exec(blocks)?.[1] ?? "";
}

const actionOf = (action_id: string, value: string) => ({
  actions: [{ action_id, value, action_ts: "1.0", type: "button" }],
});

describe("a refusal for lack of a role", () => {
  it("offers to ask an admin", async () => {
    const { stub } = await startRefused();
    const shown = JSON.stringify(stub.responses[0]?.content);
    expect(shown).toContain("needs the role");
    expect(shown).toContain("th:ask-admin");
    expect(validateMessage(stub.responses[0]?.content)).toEqual([]);
  });

  it("does not where the role is no reason", async () => {
    const { command, stub } = await startStubKit();
    await command("pause all");
    await eventually(() => expect(stub.responses).toHaveLength(1));
    expect(JSON.stringify(stub.responses)).not.toContain("th:ask-admin");
  });
});

describe("asking an admin", () => {
  it("posts to the channel for it, and an admin's button makes the asker an operator", async () => {
    const kit = await startRefused({ options: { channel: "CADMIN" } });
    const value = await askAdmin(kit, "CADMIN");
    expect(posted(kit, "CADMIN")[0]?.args["text"]).toMatch(/<@UBEN> .*asks to be an operator/);
    await kit.press("th:make-operator", { ...actionOf("th:make-operator", value), ...ada });
    await eventually(() => expect(posted(kit, "UBEN")).toHaveLength(1));
    expect(posted(kit, "UBEN")[0]?.args["text"]).toMatch(/<@UADA> made you an operator/);
    const said = kit.stub.responses.map(({ content }) => content["text"]);
    expect(said.at(-1)).toBe("<@UBEN> is an operator now, made so by <@UADA>.");
    await kit.command("provision mend it --repo o/r", { user_id: "UBEN" });
    await eventually(async () =>
      expect((await kit.rig.store.list("operation")).map(({ kind }) => kind)).toEqual([
        "provision",
      ]),
    );
  });

  it("posts to the admins themselves where there is no channel", async () => {
    const kit = await startRefused();
    expect(await askAdmin(kit, "UADA")).not.toBe("");
  });

  it("posts to the admins themselves where the bot is not in that channel", async () => {
    const kit = await startRefused({ options: { channel: "CADMIN" } });
    kit.stub.faults.set("chat.postMessage CADMIN", "not_in_channel");
    expect(await askAdmin(kit, "UADA")).not.toBe("");
  });

  it("says so where there is no admin to ask, and where none can be reached", async () => {
    const none = await startRefused({ options: { admins: [] } });
    await none.press("th:ask-admin", ben);
    expect((await none.whispers(2))[1]).toMatch(/none is linked to Slack yet/);
    const kit = await startRefused();
    kit.stub.faults.set("chat.postMessage", "channel_not_found");
    await kit.press("th:ask-admin", ben);
    await eventually(() =>
      expect(JSON.stringify(kit.stub.responses)).toContain("Cannot reach an admin in Slack now"),
    );
    kit.stub.faults.clear();
    await askAdmin(kit, "UADA", 2);
  });

  it("is done once an hour", async () => {
    const kit = await startRefused();
    await askAdmin(kit, "UADA");
    await kit.press("th:ask-admin", ben);
    await eventually(() =>
      expect(kit.stub.responses.at(-1)?.content["text"]).toMatch(/less than an hour ago/),
    );
    await kit.rig.clock.advance(60 * 60_000);
    await askAdmin(kit, "UADA", 2);
  });

  it("is decided by admins alone", async () => {
    const kit = await startRefused({ options: { channel: "CADMIN" } });
    const value = await askAdmin(kit, "CADMIN");
    // The asker is told last.
    await eventually(() =>
      expect(kit.stub.responses.at(-1)?.content["text"]).toMatch(/^An admin was asked/),
    );
    for (const id of ["th:make-operator", "th:dismiss-role"]) {
      for (const user of ["UBEN", "UANN"]) {
        const before = kit.stub.responses.length;
        await kit.press(id, { ...actionOf(id, value), user: { id: user, team_id: "T01" } });
        await eventually(() => expect(kit.stub.responses.length).toBe(before + 1));
        expect(kit.stub.responses.at(-1)?.content["text"]).toMatch(/^Cannot/);
      }
    }
    const people = await kit.rig.store.list("person");
    expect(people.find(({ slack }) => slack?.userId === "UBEN")?.role).toBe("viewer");
  });

  it("may be dismissed, of which the asker is told", async () => {
    const kit = await startRefused({ options: { channel: "CADMIN" } });
    const value = await askAdmin(kit, "CADMIN");
    await kit.press("th:dismiss-role", { ...actionOf("th:dismiss-role", value), ...ada });
    await eventually(() => expect(posted(kit, "UBEN")).toHaveLength(1));
    expect(posted(kit, "UBEN")[0]?.args["text"]).toMatch(/dismissed/);
  });

  it("takes nothing from someone who has become more in the meantime", async () => {
    const kit = await startRefused({ options: { channel: "CADMIN" } });
    const value = await askAdmin(kit, "CADMIN");
    const admin = {
      actor: { kind: "person", personId: "ada" },
      role: "admin",
      front: "cli",
    } as const;
    await kit.rig.fleet.setRole(admin, { person: value, role: "admin" });
    await kit.press("th:make-operator", { ...actionOf("th:make-operator", value), ...ada });
    await eventually(() =>
      expect(kit.stub.responses.at(-1)?.content["text"]).toBe("<@UBEN> is an admin already."),
    );
  });
});
