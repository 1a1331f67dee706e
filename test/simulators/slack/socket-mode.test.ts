import { describe, expect, it } from "vitest";
import type { App } from "@slack/bolt";
import { WebSocket } from "ws";
import { createManualClock } from "../../manual-clock.ts";
import { running, simulated, startSocket } from "./bolt-app.ts";

function answering(name: string, heard: string[]): (app: App) => void {
  return (app) => {
    app.command("/thopter", async ({ ack, command }) => {
      heard.push(`${name} ${command.text}`);
      await ack();
    });
  };
}

describe("Socket Mode", () => {
  it("gives each of several connections its turn", async () => {
    const { simulator, url } = await simulated();
    const heard: string[] = [];
    await startSocket(simulator, url, answering("one", heard));
    await startSocket(simulator, url, answering("two", heard));
    await expect
      .poll(() => simulator.calls("auth.test").map(({ status }) => status))
      .toEqual([200, 200]);
    expect(simulator.sockets.count()).toBe(2);
    for (const text of ["a", "b", "c", "d"]) await simulator.as("lead").command("/thopter", text);
    expect(heard).toEqual(["one a", "two b", "one c", "two d"]);
  });

  it.each(["asked to", "cut off"])("is there again after it was %s", async (how) => {
    const heard: string[] = [];
    const { simulator } = await running("socket", answering("again", heard));
    if (how === "cut off") simulator.sockets.drop();
    else simulator.sockets.disconnect("all");
    await expect.poll(() => simulator.sockets.count(), { timeout: 10_000 }).toBe(0);
    await expect.poll(() => simulator.sockets.count(), { timeout: 10_000 }).toBe(1);
    await simulator.as("lead").command("/thopter", "hello");
    expect(heard).toEqual(["again hello"]);
    expect(simulator.calls("apps.connections.open")).toHaveLength(2);
  });

  it("sends nothing new to a connection that is asked to go", async () => {
    const { simulator, url } = await simulated();
    const heard: string[] = [];
    await startSocket(simulator, url, answering("old", heard));
    await startSocket(simulator, url, answering("new", heard));
    await expect
      .poll(() => simulator.calls("auth.test").map(({ status }) => status))
      .toEqual([200, 200]);
    simulator.sockets.disconnect("oldest");
    await simulator.as("lead").command("/thopter", "x");
    expect(heard).toEqual(["new x"]);
    await expect.poll(() => simulator.sockets.count(), { timeout: 10_000 }).toBe(2);
    for (const text of ["y", "z"]) await simulator.as("lead").command("/thopter", text);
    expect(heard).toEqual(["new x", "new y", "old z"]);
  });

  it("refreshes a connection whose time is over", async () => {
    const clock = createManualClock(Date.now());
    const heard: string[] = [];
    const { simulator } = await running("socket", answering("again", heard), {
      clock,
      connectionSeconds: 60,
    });
    await clock.advance(49_000);
    expect(simulator.calls("apps.connections.open")).toHaveLength(1);
    await clock.advance(1000);
    await expect
      .poll(() => simulator.calls("apps.connections.open").length, { timeout: 10_000 })
      .toBe(2);
    await expect.poll(() => simulator.sockets.count(), { timeout: 10_000 }).toBe(1);
    await simulator.as("lead").command("/thopter", "hello");
    expect(heard).toEqual(["again hello"]);
  });

  it("notes when an acknowledgement came after its time", async () => {
    const clock = createManualClock(Date.now());
    let finish = (): void => undefined;
    const { simulator } = await running(
      "socket",
      (app) => {
        app.command("/thopter", async ({ ack }) => {
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
          await ack("too late");
        });
      },
      { clock },
    );
    const asked = simulator.as("lead").command("/thopter", "slowly");
    const untouched = finish;
    await expect.poll(() => finish).not.toBe(untouched);
    await clock.advance(3500);
    expect(await asked).toMatchObject({ trouble: "operation_timeout", message: undefined });
    finish();
    await expect.poll(() => simulator.deliveries()[0]?.ackMs).toBe(3500);
    expect(simulator.ephemerals("lead", "general")).toEqual([]);
  });

  it("lets nobody in twice with one ticket, or without", async () => {
    const { simulator, url } = await simulated();
    const headers = { authorization: `Bearer ${simulator.secrets.appToken}` };
    const opened = await fetch(`${url}/api/apps.connections.open`, { method: "POST", headers });
    const answer: unknown = await opened.json();
    expect(answer).toMatchObject({ ok: true });
    // An answer that is ok has an address.
    const address = (answer as { url: string }).url;
    expect(await reached(address)).toBe(true);
    expect(await reached(address)).toBe(false);
    expect(await reached(address.replace(/ticket=\w+/, "ticket=guess"))).toBe(false);
  });
});

function reached(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(address);
    socket.once("message", () => {
      resolve(true);
      socket.terminate();
    });
    socket.once("error", () => resolve(false));
  });
}
