import { describe, expect, it, vi } from "vitest";
import { startSlackKit } from "../slack-kit.ts";
import { eventually } from "../../eventually.ts";

describe.each(["http", "socket"] as const)("over %s", (over) => {
  it("a command, a mention, a direct message and a button are answered", async () => {
    const { as, slack, whispered, reports } = await startSlackKit({ over });
    const developer = as("developer");
    const typed = await developer.command("/thopter", "help");
    expect(typed).toMatchObject({ trouble: undefined, message: undefined });
    await whispered("developer", "general", /What \/thopter can do/);
    const [help] = slack.ephemerals("developer", "general");
    if (help === undefined) throw new Error("There is no help");
    const pressed = await developer.click(help, "th:status");
    expect(pressed.trouble).toBeUndefined();
    await whispered("developer", "general", /Nothing|thopter/);
    await developer.mention("fleet", "list");
    await whispered("developer", "fleet", /There are no thopters/);
    await developer.message("status");
    await eventually(() => {
      const direct = slack.workspace.direct(slack.workspace.user("developer").id);
      expect(slack.messages(direct.id).length).toBeGreaterThan(0);
    });
    expect(reports).toEqual([]);
  });

  it("guests, people of other workspaces and those who left get nothing but words", async () => {
    const { as, whispered, rig } = await startSlackKit({ over });
    const before = (await rig.store.list("person")).length;
    for (const [who, why] of [
      ["guest", /guests of this workspace may not/],
      ["visitor", /guests of this workspace may not/],
    ] as const) {
      await as(who).command("/thopter", "status");
      await whispered(who, "general", why);
    }
    await as("outsider").mention("fleet", "status");
    await whispered("outsider", "fleet", /another workspace/);
    expect(await rig.store.list("person")).toHaveLength(before);
  });

  it("goes on after a restart of the hub", async () => {
    const before = await startSlackKit({ over });
    const { as, whispered, slack } = await before.restart();
    expect((await as("developer").command("/thopter", "help")).trouble).toBeUndefined();
    await whispered("developer", "general", /What/);
    expect(slack.sockets.count()).toBe(over === "socket" ? 2 : 0);
  });

  it("a request that comes while Slack is not reached is refused with words or not at all", async () => {
    const kit = await startSlackKit({ over, isStopped: true, prepare: (slack) => slack.down() });
    expect(await kit.start()).toBeUndefined();
    kit.slack.up();
    await vi.waitFor(async () => {
      await kit.rig.clock.advance(61_000);
      const developer = kit.as("developer");
      const typed = developer.command("/thopter", "help");
      await kit.whispered("developer", "general", /What \/thopter can do/);
      await typed;
    }, 15_000);
  });
});

describe("Socket Mode", () => {
  it("holds two connections, and either takes requests while the other is renewed", async () => {
    const { slack, as, whispered, reports, rig } = await startSlackKit({ over: "socket" });
    expect(slack.sockets.count()).toBe(2);
    slack.sockets.disconnect("oldest");
    expect(slack.sockets.count()).toBe(1);
    const typed = await as("developer").command("/thopter", "help");
    expect(typed.trouble).toBeUndefined();
    await whispered("developer", "general", /What/);
    await vi.waitFor(async () => {
      await rig.clock.advance(1000);
      expect(slack.sockets.count()).toBe(2);
    }, 10_000);
    expect(reports).toEqual([]);
  });

  it("opens its connections anew after Slack was gone for minutes", async () => {
    const { slack, as, whispered, rig, reports } = await startSlackKit({ over: "socket" });
    slack.down();
    for (let minute = 0; minute < 5; minute += 1) await rig.clock.advance(60_000);
    await eventually(() => expect(reports.join()).toContain("Cannot open a connection to Slack"));
    slack.up();
    await vi.waitFor(async () => {
      await rig.clock.advance(60_000);
      expect(slack.sockets.count()).toBe(2);
    }, 10_000);
    expect((await as("developer").command("/thopter", "help")).trouble).toBeUndefined();
    await whispered("developer", "general", /What/);
  });

  it("says which token is refused, and asks with it seldom", async () => {
    const bad = { appToken: "xapp-1-bad", botToken: "xoxb-bad" };
    const kit = await startSlackKit({ over: "socket", options: () => bad });
    await eventually(() => {
      expect(kit.reports.join()).toContain("Check SLACK_APP_TOKEN");
      expect(kit.reports.join()).toContain("Check SLACK_BOT_TOKEN");
    });
    const asked = kit.slack.calls("auth.test").length;
    await kit.rig.clock.advance(60_000);
    expect(kit.slack.calls("auth.test")).toHaveLength(asked);
    await kit.rig.clock.advance(5 * 60_000);
    await eventually(() => expect(kit.slack.calls("auth.test")).toHaveLength(asked + 1));
    const said = kit.reports.join();
    for (const token of Object.values(bad)) expect(said).not.toContain(token);
  });

  it("is closed when the hub stops", async () => {
    const { slack, app } = await startSlackKit({ over: "socket" });
    await app.stop();
    await eventually(() => expect(slack.sockets.count()).toBe(0));
  });
});
