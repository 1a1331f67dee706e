import { describe, expect, it, vi } from "vitest";
import type { Feature } from "../../../commands/define-command.ts";
import type { SlackOptions } from "../../../commands/ports.ts";
import { member } from "../slack-stub.ts";
import type { Stub } from "../slack-stub.ts";
import { pressBody, startStubKit } from "../stub-kit.ts";
import type { StubKit } from "../stub-kit.ts";
import { eventually } from "../../eventually.ts";

/** A subcommand that notes with which role it ran. */
function noting(): { features: Feature[]; roles: string[] } {
  const roles: string[] = [];
  const run: NonNullable<Feature["command"]>["run"] = async (_ports, { caller }) =>
    void roles.push(caller.role);
  const usual = { summary: "", examples: [], flags: {}, takes: "text" } as const;
  const features = ["do", "claim", "help"].map((name) => ({
    command: { ...usual, name, usage: name, run },
  }));
  return {
    features: [
      {
        ...features[0],
        buttons: [{ id: "th:do", run: async (_p, { caller }) => void roles.push(caller.role) }],
      },
      ...features.slice(1),
    ],
    roles,
  };
}

async function start(options: Partial<SlackOptions> = {}, prepare?: (stub: Stub) => void) {
  const { features, roles } = noting();
  const kit = await startStubKit({
    features,
    options,
    ...(prepare === undefined ? {} : { prepare }),
  });
  return { ...kit, roles };
}

/** The role with which a user's command runs, or the words of a refusal. */
async function asked(kit: StubKit & { roles: string[] }, userId: string): Promise<unknown> {
  const { roles, stub } = kit;
  const before = { roles: roles.length, said: stub.responses.length };
  const answer = (): unknown => roles[before.roles] ?? stub.responses[before.said]?.content["text"];
  await kit.command("do", { user_id: userId });
  await vi.waitFor(() => expect(answer()).toBeDefined(), 8000);
  return answer();
}

describe("someone who is not of the workspace", () => {
  it.each([
    ["a guest", { is_restricted: true }, /guests of this workspace may not/],
    ["a guest of one channel", { is_ultra_restricted: true }, /guests/],
    [
      "someone of whom it is not said whether they are a guest",
      { is_restricted: undefined },
      /guests/,
    ],
    ["a bot", { is_bot: true }, /bots may not ask/],
    ["someone who left", { deleted: true }, /your account is deactivated/],
    ["a stranger", { is_stranger: true }, /not a member/],
    ["someone of another workspace", { team_id: "T99" }, /not a member/],
    ["someone without a workspace", { team_id: undefined }, /not a member/],
  ])("is refused with words: %s", async (_name, patch, words) => {
    const kit = await start({ operators: ["UEVE"] }, ({ users }) =>
      users.set("UEVE", member("UEVE", patch)),
    );
    const people = (await kit.rig.store.list("person")).length;
    expect(await asked(kit, "UEVE")).toMatch(words);
    expect(kit.roles).toEqual([]);
    expect(await kit.rig.store.list("person")).toHaveLength(people);
  });

  it("is refused when Slack knows no such user", async () => {
    expect(await asked(await start(), "UNOBODY")).toMatch(/not a member/);
  });

  it.each([
    ["of a command", (kit: StubKit) => kit.command("do", { team_id: "T99" })],
    ["of the workspace of a click", (kit: StubKit) => kit.press("th:do", { team: { id: "T99" } })],
    [
      "of whoever clicks",
      (kit: StubKit) => kit.press("th:do", { user: { id: "UANN", team_id: "T99" } }),
    ],
    ["of nobody", (kit: StubKit) => kit.press("th:do", { team: null, user: { id: "UANN" } })],
    [
      "of an event",
      (kit: StubKit) => kit.event({ type: "app_mention", text: "do" }, { team_id: "T99" }),
    ],
    [
      "of the writer of a mention",
      (kit: StubKit) => kit.event({ type: "app_mention", text: "do", user_team: "T99" }),
    ],
    [
      "from which a mention came",
      (kit: StubKit) => kit.event({ type: "app_mention", text: "do", source_team: "T99" }),
    ],
  ])("is refused when the team is another: that %s", async (_name, ask) => {
    const kit = await start();
    await ask(kit);
    expect(await kit.whispers(1)).toEqual([expect.stringContaining("another workspace")]);
    expect(kit.roles).toEqual([]);
  });

  it("is heard where their organisation has them in this workspace too", async () => {
    const kit = await start({}, ({ users }) =>
      users.set("UEVE", member("UEVE", { team_id: "E1", enterprise_user: { teams: ["T01"] } })),
    );
    expect(await asked(kit, "UEVE")).toBe("viewer");
  });

  it("does not include the bot itself, and nothing that bots or edits say is heard", async () => {
    const kit = await start();
    const text = "do";
    await kit.event({ type: "message", channel_type: "im", text, bot_id: "B9" });
    await kit.event({ type: "message", channel_type: "im", text, user: "UBOT" });
    await kit.event({ type: "message", channel_type: "im", text, subtype: "message_changed" });
    await kit.event({ type: "message", channel_type: "channel", text });
    await kit.event({ type: "app_mention", text: "<@UBOT> do" });
    await eventually(() => expect(kit.roles).toEqual(["operator"]));
    expect(kit.stub.responses).toEqual([]);
  });
});

describe("a channel that is not allowed", () => {
  it("is refused, but direct messages never are", async () => {
    const kit = await start({ channels: ["C02"] });
    await kit.command("do", { channel_id: "C01" });
    expect(await kit.whispers(1)).toEqual([
      expect.stringContaining("does not answer in this channel"),
    ]);
    await kit.press("th:do", {
      container: { type: "message", channel_id: "C01", message_ts: "1" },
    });
    await kit.event({ type: "app_mention", text: "<@UBOT> do", channel: "C01" });
    await kit.whispers(3);
    expect(kit.roles).toEqual([]);
    await kit.command("do", { channel_id: "C02" });
    await kit.command("do", { channel_id: "D07" });
    await eventually(() => expect(kit.roles).toHaveLength(2));
  });
});

describe("the role of someone in Slack", () => {
  it("comes from their id, else from a group they are in, else it is the usual one", async () => {
    const kit = await start(
      { admins: ["UADA", "SADM"], operators: ["SOPS"] },
      ({ users, groups }) => {
        for (const id of ["UBOB", "UEVE"]) users.set(id, member(id));
        groups.set("SADM", ["UBEN"]);
        groups.set("SOPS", ["UBEN", "UBOB"]);
      },
    );
    expect(await asked(kit, "UADA")).toBe("admin");
    expect(await asked(kit, "UBEN")).toBe("admin");
    expect(await asked(kit, "UBOB")).toBe("operator");
    expect(await asked(kit, "UEVE")).toBe("viewer");
  });

  it("is asked for seldom, and anew when Slack says that a group has changed", async () => {
    const kit = await start({ operators: ["SOPS"] }, ({ groups }) => groups.set("SOPS", ["UBEN"]));
    for (let time = 0; time < 3; time += 1) expect(await asked(kit, "UBEN")).toBe("operator");
    expect(kit.stub.called("usergroups.users.list")).toHaveLength(1);
    expect(kit.stub.called("users.info")).toHaveLength(1);
    kit.stub.groups.set("SOPS", []);
    await kit.event({ type: "subteam_members_changed", subteam_id: "SOPS" });
    await eventually(async () => expect(await asked(kit, "UBEN")).toBe("viewer"));
    expect(kit.stub.called("usergroups.users.list")).toHaveLength(2);
  });

  it("changes on record though its person does nothing, for their tokens act with it", async () => {
    const kit = await start({ operators: ["SOPS"] }, ({ groups }) => groups.set("SOPS", ["UBEN"]));
    const onRecord = async (): Promise<unknown> => {
      const people = await kit.rig.store.list("person");
      return people.find(({ slack }) => slack?.userId === "UBEN")?.role;
    };
    expect(await asked(kit, "UBEN")).toBe("operator");
    expect(await onRecord()).toBe("operator");
    kit.stub.groups.set("SOPS", []);
    await kit.event({ type: "subteam_members_changed", subteam_id: "SOPS" });
    await eventually(async () => expect(await onRecord()).toBe("viewer"));
  });

  it("is asked for once though many ask at the same time", async () => {
    const kit = await start({ operators: ["SOPS"] }, ({ groups }) => groups.set("SOPS", ["UBEN"]));
    await Promise.all(Array.from({ length: 30 }, () => kit.command("do", { user_id: "UBEN" })));
    await eventually(() => expect(kit.roles).toEqual(Array.from({ length: 30 }, () => "operator")));
    expect(kit.stub.called("users.info")).toHaveLength(1);
    expect(kit.stub.called("usergroups.users.list")).toHaveLength(1);
    const people = await kit.rig.store.list("person");
    expect(people.filter(({ slack }) => slack?.userId === "UBEN")).toHaveLength(1);
  });

  it("changes after a while though Slack said nothing", async () => {
    const kit = await start({ operators: ["SOPS"] }, ({ groups }) => groups.set("SOPS", ["UBEN"]));
    expect(await asked(kit, "UBEN")).toBe("operator");
    kit.stub.groups.set("SOPS", []);
    kit.stub.users.set("UANN", member("UANN", { is_restricted: true }));
    await kit.rig.clock.advance(5 * 60_000);
    expect(await asked(kit, "UBEN")).toBe("viewer");
  });

  it("is no higher for a group that Slack does not know, which is reported", async () => {
    const kit = await start({ admins: ["SNONE"] });
    expect(await asked(kit, "UBEN")).toBe("viewer");
    expect(kit.reports.join()).toContain("the Slack user group SNONE");
  });

  it("is none where the settings say so: only claiming, help and asking an admin are left", async () => {
    const kit = await start({ operators: [], defaultRole: "none" });
    expect(await asked(kit, "UANN")).toMatch(/You have no role here yet/);
    const blocks = JSON.stringify(kit.stub.responses[0]?.content);
    expect(blocks).toContain("th:ask-admin");
    await kit.press("th:do");
    await kit.whispers(2);
    expect(kit.roles).toEqual([]);
    await kit.command("claim a-code");
    await kit.command("help");
    await eventually(() => expect(kit.roles).toEqual(["viewer", "viewer"]));
  });

  it("is the one that an admin gave here, where the settings give none", async () => {
    const kit = await start({ operators: [], defaultRole: "none" });
    const { caller } = await meet(kit, "UANN");
    const { actor } = caller;
    const personId = actor.kind === "person" ? actor.personId : "";
    const ada = {
      actor: { kind: "person", personId: "ada" },
      role: "admin",
      front: "cli",
    } as const;
    await kit.rig.fleet.setRole(ada, { person: personId, role: "operator" });
    await kit.command("do");
    await eventually(() => expect(kit.roles).toEqual(["operator"]));
  });
});

async function meet({ rig }: StubKit, userId: string) {
  const user = { teamId: "T01", userId, name: `Real ${userId}`, role: "viewer" } as const;
  return { caller: await rig.fleet.slackPeople.identify(user) };
}

describe("App Home of someone who may not", () => {
  it("says why, and what to do", async () => {
    const kit = await start({ defaultRole: "none", operators: [] }, ({ users }) =>
      users.set("UEVE", member("UEVE", { is_restricted: true })),
    );
    const opened = { type: "app_home_opened", tab: "home", channel: "D01" };
    await kit.event({ ...opened, user: "UEVE" });
    await kit.event({ ...opened, user: "UANN" });
    await kit.event({ ...opened, user: "UANN", tab: "messages" });
    await eventually(() => expect(kit.stub.called("views.publish")).toHaveLength(2));
    const views = new Map(
      kit.stub.called("views.publish").map(({ args }) => [args["user_id"], args["view"]]),
    );
    expect(views.get("UEVE")).toMatch(/"type":"home".*guests of this workspace may not/);
    expect(views.get("UANN")).toMatch(/"type":"home".*th:ask-admin/);
    expect(kit.homesOpened).toEqual([]);
    expect(kit.stub.called("chat.postMessage")).toEqual([]);
  });
});

describe("while Slack does not answer", () => {
  it.each(["hang up", "429", "internal_error"])("nobody new is let in (%s)", async (fault) => {
    const kit = await start();
    kit.stub.faults.set("users.info", fault);
    expect(await asked(kit, "UANN")).toMatch(/Cannot tell who you are: Slack does not say it now/);
    kit.stub.faults.clear();
    const groups = await start({ admins: ["SADM"] }, ({ faults }) =>
      faults.set("usergroups.users.list", fault),
    );
    expect(await asked(groups, "UANN")).toMatch(/Cannot tell what you may do/);
    expect([...kit.roles, ...groups.roles]).toEqual([]);
  });

  it("whoever was known goes on for an hour, then is refused", async () => {
    const kit = await start({ admins: ["SADM"] }, ({ groups }) => groups.set("SADM", ["UBEN"]));
    expect(await asked(kit, "UBEN")).toBe("admin");
    kit.stub.faults.set("*", "hang up");
    await kit.rig.clock.advance(59 * 60_000);
    expect(await asked(kit, "UBEN")).toBe("admin");
    expect(await asked(kit, "UBEN")).toBe("admin");
    await kit.rig.clock.advance(2 * 60_000);
    expect(await asked(kit, "UBEN")).toMatch(/Cannot tell/);
  });

  it("nobody is let in before it is known whose workspace this is", async () => {
    const kit = await start({}, ({ faults }) => faults.set("auth.test", "hang up"));
    const body = pressBody(kit.stub, "th:do");
    expect((await kit.interact(body)).status).toBe(200);
    await eventually(async () => {
      await kit.rig.clock.advance(500);
      expect(kit.stub.responses).toHaveLength(1);
    });
    expect(kit.stub.responses[0]?.content["text"]).toMatch(/has not reached Slack yet/);
    kit.stub.faults.clear();
    await eventually(async () => {
      await kit.rig.clock.advance(60_000);
      await kit.press("th:do");
      expect(kit.roles.length).toBeGreaterThan(0);
    });
  });
});
