import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { silence } from "../github/github-stand-in.ts";
import { expectWhole, startFullHub } from "./full-hub.ts";
import type { FullHub } from "./full-hub.ts";
import { stepIs } from "./hub-events.ts";
import { machinesIn } from "./nothing-left.ts";

vi.setConfig({ testTimeout: 120_000 });

/** A provision whose step waits for something. */
async function heldAt(step: string): Promise<FullHub & { id: string; name: string }> {
  const full = await startFullHub({ isHeld: step === "install-identity" });
  const { faults } = full.github;
  if (step === "fetch-context") faults.push({ path: "/issues/5", times: 1, fault: silence });
  const events = await full.hub.events();
  const { operation, thopter } = await full.provision();
  await events.operation(operation.id, stepIs(step, "running"));
  // Without one it is held elsewhere, and the read that is held has been asked for.
  await vi.waitUntil(() => faults.length === 0);
  return { ...full, id: operation.id, name: thopter.name };
}

async function goneWithin(full: FullHub, name: string, mostMs: number): Promise<void> {
  const [destroy] = await full.hub.destroyed(name);
  expect(destroy).toMatchObject({ kind: "destroy", status: "succeeded" });
  const { createdAt = 0, finishedAt = 0 } = destroy ?? {};
  expect(finishedAt - createdAt).toBeLessThan(mostMs);
  expect(machinesIn(full.hub.data)).toEqual([]);
}

describe("a provision with template, identity and context", () => {
  it.each([
    "read-repository-config",
    "fetch-context",
    "write-context",
    "install-identity",
    "launch-agent",
  ])("comes to the same end when the hub dies during %s", async (step) => {
    const full = await heldAt(step);
    const { hub, id } = full;
    await hub.kill();
    await hub.start();
    if (step === "install-identity") full.letHomeGo();
    expect(await hub.finished(id)).toMatchObject([{ status: "succeeded", attempts: 0 }]);
    await expectWhole(full);
    const { items } = await hub.person.call("listOperations", {});
    expect(items).toHaveLength(1);
    await hub.end();
  });

  it.each(["fetch-context", "install-identity"])(
    "is canceled by a destroy that comes during %s",
    async (step) => {
      const full = await heldAt(step);
      await goneWithin(full, full.name, 15_000);
      const canceled = await full.hub.person.call("getOperation", { id: full.id });
      expect(canceled).toMatchObject({ status: "canceled" });
      await full.hub.end();
    },
  );

  it("goes on where it was after the hub was stopped", async () => {
    const full = await heldAt("install-identity");
    const { hub, id } = full;
    expect(await hub.stop()).toBe(0);
    await hub.start();
    full.letHomeGo();
    expect(await hub.finished(id)).toMatchObject([{ status: "succeeded", attempts: 0 }]);
    await expectWhole(full);
    await hub.end();
  });

  it("waits while provisions are paused, and has then what was asked for", async () => {
    const full = await startFullHub();
    const { hub } = full;
    await hub.person.call("pause", { scope: "provision" });
    const { operation } = await full.provision();
    expect(operation.status).toBe("queued");
    // The home that was chosen stays for it.
    await full.replaceHome("later");
    const deleted = hub.person.call("deleteIdentity", { identity: "mine" });
    await expect(deleted).rejects.toMatchObject({ code: "conflict" });
    await hub.kill();
    await hub.start();
    await hub.person.call("resume", { scope: "provision" });
    expect(await hub.finished(operation.id)).toMatchObject([{ status: "succeeded" }]);
    await expectWhole(full);
    await hub.end();
  });

  it("is asked for again with all of it, and comes back from its rescue", async () => {
    const full = await startFullHub();
    const { hub, github } = full;
    const [gone] = github.issues;
    github.issues.clear();
    const { operation } = await full.provision();
    const [failed] = await hub.finished(operation.id);
    expect(failed?.error?.message).toContain("owner/gate");
    await vi.waitFor(() => expect(machinesIn(hub.data)).toEqual([]), 20_000);
    github.issues.set(...(gone ?? ["", {}]));
    await full.replaceHome("mended");
    const again = await hub.person.call("retryOperation", { id: operation.id });
    expect(await hub.finished(again.id)).toMatchObject([{ status: "succeeded" }]);
    await expectWhole(full, "mended");

    writeFileSync(full.inHome("notes/NOTES.md"), "unsaved");
    const { items } = await hub.person.call("listThopters", { limit: 50 });
    const { name = "" } = items.find(({ status }) => status === "ready") ?? {};
    await hub.destroyed(name);
    // Nothing of this keeps work from coming back.
    github.issues.clear();
    await full.replaceHome("newer");
    const restored = await hub.person.call("restore", { rescue: name });
    const [done] = await hub.finished(restored.operation.id);
    expect(done).toMatchObject({ status: "succeeded" });
    const step = done?.steps.find((one) => one.name === "fetch-context");
    expect(step).toMatchObject({ status: "skipped" });
    expect(step?.note).toContain("owner/gate");
    await expect.poll(() => existsSync(full.inHome("told"))).toBe(true);
    await expect.poll(() => readFileSync(full.inHome("told"), "utf8")).toBe("Take care: Oil it\n");
    expect(readFileSync(full.inHome(".toolrc"), "utf8")).toBe("newer");
    expect(readFileSync(full.inHome("notes/NOTES.md"), "utf8")).toBe("unsaved");
    await hub.end();
  });
});

describe("a restart of an agent", () => {
  /** Its program has ended, and the profile of its machine keeps the next one from running. */
  async function held() {
    const full = await startFullHub();
    const { hub, inHome } = full;
    const { operation, thopter } = await full.provision();
    expect(await hub.finished(operation.id)).toMatchObject([{ status: "succeeded" }]);
    await expectWhole(full);
    writeFileSync(inHome("hold"), "");
    const profile = 'echo asked >> "$HOME/asked"\nwhile [ -e "$HOME/hold" ]; do sleep 0.05; done\n';
    writeFileSync(inHome(".profile"), profile);
    const restarting = hub.person.call("restartAgent", { thopter: thopter.id }).then(
      () => "restarted",
      (error: unknown) => String(error),
    );
    await expect.poll(() => existsSync(inHome("asked")), { timeout: 20_000 }).toBe(true);
    const starts = () => readFileSync(inHome("starts"), "utf8").split("\n").length - 1;
    const asked = () => readFileSync(inHome("asked"), "utf8").split("\n").length - 1;
    return { ...full, thopter, restarting, starts, asked };
  }

  it("comes to its end when the hub dies during it, and starts one program", async () => {
    const { hub, thopter, restarting, starts, asked, inHome } = await held();
    await hub.kill();
    expect(await restarting).not.toBe("restarted");
    await hub.start();
    await expect.poll(asked, { timeout: 20_000 }).toBe(2);
    rmSync(inHome("hold"));
    await expect.poll(starts, { timeout: 20_000 }).toBe(2);
    const tell = () => hub.person.call("tell", { thopter: thopter.id, text: "still there?" });
    await vi.waitFor(tell, 20_000);
    const screen = async () =>
      (await hub.person.call("read", { thopter: thopter.id, what: "screen" })).text;
    await expect.poll(screen, { timeout: 10_000 }).toContain("Heard[still there?]");
    const entries = await hub.person.call("audit", {});
    const restarts = entries.filter(({ action }) => action === "restart");
    expect(restarts).toMatchObject([{ actor: { kind: "system" }, outcome: "succeeded" }]);
    await hub.kill();
    await hub.start();
    await hub.end();
    expect(restarts).toHaveLength(1);
  });

  it("is given up for a destroy", async () => {
    const full = await held();
    await goneWithin(full, full.thopter.name, 15_000);
    expect(await full.restarting).toMatch(/it is destroying now/);
    await full.hub.end();
  });
});
