import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createManualClock } from "../../manual-clock.ts";
import { running, simulated, ways } from "./bolt-app.ts";

describe.each(ways)("a command over %s", (way) => {
  it("is answered for one person alone, or for the channel", async () => {
    const { simulator } = await running(way, (app) => {
      app.command("/thopter", async ({ ack, command }) => {
        const isPublic = command.text === "aloud";
        const response_type = isPublic ? ("in_channel" as const) : ("ephemeral" as const);
        await ack({ text: `heard ${command.text}`, response_type });
      });
    });
    const lead = simulator.as("lead");
    const quiet = await lead.command("/thopter", "quietly", { channel: "fleet" });
    expect(quiet).toMatchObject({ trouble: undefined, message: { text: "heard quietly" } });
    await lead.command("/thopter", "aloud", { channel: "fleet" });
    expect(simulator.messages("fleet").map(({ text }) => text)).toEqual(["heard aloud"]);
    expect(simulator.ephemerals("lead", "fleet")).toHaveLength(1);
    expect(simulator.ephemerals("admin", "fleet")).toEqual([]);
  });

  it("comes with who, where and what, names turned into ids", async () => {
    let seen: Record<string, unknown> = {};
    const { simulator } = await running(way, (app) => {
      app.command("/thopter", async ({ ack, body }) => {
        seen = { ...body };
        await ack();
      });
    });
    const { workspace } = simulator;
    const { id } = workspace.user("lead");
    const text = "give @lead the #fleet & <@U0FAKE> http://a.b/?x=1 @nobody";
    const done = await simulator.as("admin").command("/thopter", text, { channel: "operations" });
    expect(done).toMatchObject({ trouble: undefined, message: undefined });
    expect(seen).toMatchObject({
      team_id: workspace.team.id,
      user_id: workspace.user("admin").id,
      channel_id: workspace.channel("operations").id,
      channel_name: "privategroup",
      text: `give <@${id}|lead> the <#${workspace.channel("fleet").id}|fleet> &amp; &lt;@U0FAKE&gt; <http://a.b/?x=1> @nobody`,
    });
  });

  it("says that time is up when nobody acknowledges, and is not sent again", async () => {
    const clock = createManualClock(Date.now());
    let times = 0;
    const { simulator } = await running(
      way,
      (app) => {
        app.command("/thopter", async () => {
          times += 1;
          await new Promise(() => undefined);
        });
      },
      { clock },
    );
    const asked = simulator.as("lead").command("/thopter", "status");
    await expect.poll(() => times).toBe(1);
    await clock.advance(3000);
    expect(await asked).toMatchObject({ trouble: "operation_timeout", message: undefined });
    await clock.advance(400_000);
    expect(simulator.deliveries()).toHaveLength(1);
  });
});

it("a command that fails over HTTP is told to the person", async () => {
  const { simulator } = await running("http", (app) => {
    app.command("/thopter", async () => {
      throw new Error("broken");
    });
  });
  expect(await simulator.as("lead").command("/thopter", "x")).toMatchObject({
    trouble: "dispatch_failed",
    delivery: { outcome: { httpStatus: 500 } },
  });
});

it("over HTTP the connection ends with the time", async () => {
  const clock = createManualClock(Date.now());
  const { simulator } = await simulated({ clock });
  let state = "";
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    state = "open";
    outgoing.once("close", () => {
      state = "closed";
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has one.
  const { port } = server.address() as AddressInfo;
  simulator.deliverTo(`http://127.0.0.1:${String(port)}`);
  const asked = simulator.as("lead").command("/thopter");
  await expect.poll(() => state).toBe("open");
  await clock.advance(3000);
  expect((await asked).trouble).toBe("operation_timeout");
  await expect.poll(() => state).toBe("closed");
});

it("over Socket Mode with nobody connected, time is up", async () => {
  const clock = createManualClock(Date.now());
  const { simulator, app } = await running("socket", () => undefined, { clock });
  await app.stop();
  await expect.poll(() => simulator.sockets.count()).toBe(0);
  const asked = simulator.as("lead").command("/thopter", "x");
  await clock.advance(3000);
  expect(await asked).toMatchObject({ trouble: "operation_timeout" });
});

it("nobody acts where they are not, or without an account, or types what the app has not", async () => {
  const { simulator } = await running("http", () => undefined);
  const there = simulator.as("developer").command("/thopter", "", { channel: "operations" });
  await expect(there).rejects.toThrow("they are not in it");
  expect(() => simulator.as("former")).toThrow("deactivated");
  const typo = await simulator.as("lead").command("/thopterr");
  expect(typo.trouble).toBe("unknown_command");
  expect(simulator.deliveries()).toEqual([]);
});

it("somebody from another company comes with their own team", async () => {
  let team = "";
  const { simulator } = await running("http", (app) => {
    app.command("/thopter", async ({ ack, body }) => {
      team = body.team_id;
      await ack();
    });
  });
  await simulator.as("outsider").command("/thopter", "list", { channel: "fleet" });
  expect(team).toBe(simulator.workspace.user("outsider").teamId);
  expect(team).not.toBe(simulator.workspace.team.id);
});
