import { describe, expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { holdClones } from "../hub/held-clone.ts";
import { openTerminal } from "./terminal-session.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

function environmentOf(hub: TestHub): Record<string, string> {
  return { THOPTER_DATA_DIR: hub.data };
}

async function openOf(hub: TestHub): Promise<string[]> {
  const { items } = await hub.person.call("listOperations", { status: ["queued", "running"] });
  return items.map(({ id }) => id);
}

describe("at a terminal", () => {
  it("a destroy shows what it is about, asks, and takes yes alone for yes", async () => {
    const hub = await startHub();
    await hub.ready({ name: "amber-falcon" });
    const terminal = await openTerminal(environmentOf(hub));
    const destroy = async (): Promise<void> => {
      await terminal.start("destroy", "amber-falcon");
      const asked = await terminal.shows('Destroy this thopter? Type "yes":');
      expect(asked).toMatch(/^NAME +OWNER +STATE +AGENT +AGE +UNSAVED WORK$/m);
    };
    for (const answer of ["no", "", "y", "1"]) {
      await destroy();
      await terminal.type(answer);
      const refused = await terminal.shows("[exit 4]");
      expect(refused).toContain("Nothing was destroyed: it was not confirmed.");
    }
    await destroy();
    await terminal.press("C-c");
    await terminal.shows("[exit 130]");
    await destroy();
    await terminal.press("C-d");
    await terminal.shows("[exit 4]");
    expect((await hub.person.call("listThopters", {})).items).toHaveLength(1);
    await destroy();
    await terminal.type("yes");
    const done = await terminal.shows("[exit 0]");
    expect(done).toMatch(/^✓ destroy amber-falcon {2}succeeded {2}[\d.]+ s$/m);
    expect(done).toContain("amber-falcon is gone.");
    await terminal.close();
    await hub.end();
  });

  it("of ten or more the number has to be typed", async () => {
    const hub = await startHub({ env: { MAX_QUEUE_SIZE: "50" } });
    await hub.person.call("pause", { scope: "all" });
    for (let count = 0; count < 10; count += 1) await hub.provision({ name: `owl-${count}` });
    const terminal = await openTerminal(environmentOf(hub));
    await terminal.start("destroy", "--mine", "--no-wait");
    await terminal.shows('Destroy these 10 thopters? Type "10":');
    await terminal.type("yes");
    await terminal.shows("[exit 4]");
    await terminal.start("destroy", "--mine", "--no-wait");
    await terminal.shows('Type "10":');
    await terminal.type("10");
    expect(await terminal.shows("[exit 0]")).toMatch(/^owl-9 +\w{26} +It waits: .*…$/m);
    await hub.person.call("resume", { scope: "all" });
    const request = { ids: await openOf(hub), mode: "all", timeoutMs: 45_000 } as const;
    await hub.person.call("waitForOperations", request);
    await terminal.close();
    await hub.end();
  });

  it("tables are aligned within its width, bold at their head, and plain with NO_COLOR", async () => {
    const hub = await startHub();
    await hub.ready({ name: "amber-falcon" });
    await hub.ready({ name: "jade-owl" });
    const terminal = await openTerminal(environmentOf(hub), { columns: 60 });
    await terminal.start("list");
    const screen = await terminal.shows("[exit 0]");
    const [head = "", ...rows] = screen.split("\n").filter((line) => /NAME|falcon|owl/.test(line));
    expect(head).toMatch(/^NAME +STATE +OWNER +AGE +REPOSITORY +OPERATION$/);
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row.length).toBeLessThanOrEqual(60);
      expect(row).toContain("…");
      expect(row.search(/working|idle|ready/)).toBe(head.indexOf("STATE"));
    }
    expect(await terminal.screen(true)).toContain("\u001b[1mNAME");
    await terminal.type("export NO_COLOR=1");
    await terminal.start("list");
    await terminal.shows("[exit 0]");
    expect(await terminal.screen(true)).not.toContain("\u001b[1mNAME");
    await terminal.close();
    await hub.end();
  });

  it("progress is one line that changes, and Ctrl-C leaves it with 130 and cancels nothing", async () => {
    const hub = await startHub();
    const release = holdClones(hub.repository);
    const terminal = await openTerminal(environmentOf(hub));
    await terminal.start("provision", "wait", "--repo", hub.repository, "--name", "amber-falcon");
    const live = await terminal.shows(
      /^› provision amber-falcon {2}█+░+ {2}[34]\/10 clone.* {2}[\d.]+ s$/m,
    );
    expect(live.match(/provision amber-falcon {2}/g)).toHaveLength(1);
    await terminal.press("C-c");
    const left = await terminal.shows("[exit 130]");
    expect(left).toContain("the hub goes on with it. Look again with: thopter operation get");
    release();
    await terminal.start("wait", "amber-falcon", "--until", "ready");
    await terminal.shows("[exit 0]");
    await terminal.start("wait", "amber-falcon", "jade-owl");
    await terminal.shows("[exit 5]");
    await terminal.close();
    await hub.end();
  });

  it("a wait ends with 130 on Ctrl-C, and with 124 when its time is up", async () => {
    const hub = await startHub();
    await hub.person.call("pause", { scope: "all" });
    const { operation } = await hub.provision({ name: "amber-falcon" });
    const terminal = await openTerminal(environmentOf(hub));
    await terminal.start("wait", "amber-falcon", "--timeout", "1s");
    expect(await terminal.shows("[exit 124]")).toContain("Not settled within 1s.");
    await terminal.start("wait", "amber-falcon");
    await terminal.shows(/^Waiting until settled\.(?![^]*\[exit)/m);
    await terminal.press("C-c");
    await terminal.shows("[exit 130]");
    const [queued] = (await hub.person.call("listOperations", {})).items;
    expect(queued).toMatchObject({ id: operation.id, status: "queued" });
    await hub.person.call("resume", { scope: "all" });
    await terminal.close();
    await hub.end();
  });

  it("a hub that starts says where it is and how to connect, and stops on Ctrl-C", async () => {
    const hub = await startHub();
    await hub.stop();
    const env = {
      ...hub.environment,
      THOPTER_PUBLIC_URL: "https://hub.example.com",
      THOPTER_AGENT_COMMAND: "KEY=sk-ant-abcdefghijklmnop my-agent",
    };
    const terminal = await openTerminal(env, { columns: 80 });
    await terminal.start("start");
    const banner = await terminal.shows("Ctrl-C stops the hub.");
    expect(banner).toMatch(/^ {2}here +http:\/\/127\.0\.0\.1:\d+$/m);
    expect(banner).toMatch(/^ {2}for others +https:\/\/hub\.example\.com$/m);
    expect(banner).toContain("claude mcp add thopter -- thopter mcp");
    expect(banner).toContain("--transport http thopter https://hub.example.com/mcp");
    expect(banner).toContain("KEY=[redacted] my-agent");
    expect(banner).not.toMatch(/sk-ant|thp_/);
    // A word that is whole, so that nothing was broken in two by the edge.
    expect(banner).toMatch(/^ {2}isolation +\S.*$/m);
    await terminal.press("C-c");
    expect(await terminal.shows("[exit 0]")).toContain("Stopped.");
    await terminal.close();
    await hub.end();
  });
});
