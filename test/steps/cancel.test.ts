import { describe, expect, it } from "vitest";
import type { Thopter } from "../../src/core/thopter.ts";
import type { StepLimits } from "../../src/steps/ports.ts";
import { createSteps } from "../../src/steps/steps.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import type { Hub } from "./hub.ts";
import { ann, startHub, stepOf } from "./hub.ts";
import type { World } from "./world.ts";
import { createWorld, hang, portsInto } from "./world.ts";
import { eventually } from "../eventually.ts";

const limits: Partial<StepLimits> = { shellPauseMs: 1, gonePauseMs: 1 };
const by = { actor: ann, reason: "changed my mind" };

type Setting = {
  world: World;
  hub: Hub;
  /** From now on this call hangs; resolves once it does. */
  hangAt(call: string): Promise<void>;
  letGo(): void;
};

/** A hub whose calls may hang, whether they heed their signal or not. */
async function setting(heeds: boolean): Promise<Setting> {
  const world = createWorld();
  let hangingCall: string | undefined;
  let hangs = (): void => undefined;
  const ports = portsInto(world, async (call, effect, signal) => {
    if (call !== hangingCall) return effect();
    hangs();
    return hang(heeds ? signal : undefined);
  });
  const steps = createSteps(ports, limits);
  const hub = await startHub({ store: createMemoryStore(), steps }, { graceMs: heeds ? 5000 : 20 });
  return {
    world,
    hub,
    hangAt(call) {
      hangingCall = call;
      return new Promise((resolve) => (hangs = resolve));
    },
    letGo() {
      hangingCall = undefined;
    },
  };
}

const provisionCalls = [
  ["create-machine", "create"],
  ["wait-for-shell", "run true"],
  ["clone", "clone"],
  ["write-context", "run sh"],
  ["run-setup-script", "run git"],
  ["launch-agent", "launch"],
  ["verify-agent", "verify"],
] as const;

describe.each([
  ["lets go", true],
  ["ignores its signal", false],
])("a canceled step that %s", (_words, heeds) => {
  it.each(provisionCalls)("in %s leaves no machine behind", async (step, call) => {
    const { world, hub, hangAt, letGo } = await setting(heeds);
    const hangs = hangAt(call);
    const { id, thopterId } = await hub.provision();
    await hangs;
    const canceling = hub.engine.cancel(id, by);
    letGo();
    expect(await canceling).toMatchObject({ status: "canceled" });
    expect(stepOf(await hub.ended(id), step)?.status).not.toBe("succeeded");
    expect(await hub.destroyed(thopterId)).toMatchObject({ status: "succeeded" });
    expect(world).toMatchObject({ machines: new Map(), running: new Set() });
    expect(await hub.thopter(thopterId)).toMatchObject({ status: "gone" });
  });

  it.each(provisionCalls)("in %s makes way for a destroy", async (_step, call) => {
    const { world, hub, hangAt, letGo } = await setting(heeds);
    const hangs = hangAt(call);
    const { id, thopterId } = await hub.provision();
    await hangs;
    const { id: destroyId } = await hub.destroy(thopterId);
    letGo();
    expect(await hub.ended(destroyId)).toMatchObject({ status: "succeeded" });
    expect(await hub.ended(id)).toMatchObject({ status: "canceled" });
    expect(world).toMatchObject({ machines: new Map(), running: new Set() });
    expect(await hub.engine.list({ thopterId })).toHaveLength(2);
  });

  it.each([
    ["check-approval", "unsaved"],
    ["stop-agent", "stop-agent"],
    ["rescue", "bundle"],
    ["rescue", "push"],
    ["stop-machine", "stop"],
  ])("in %s (%s) leaves the machine, and another destroy ends it", async (_step, call) => {
    const { world, hub, hangAt, letGo } = await setting(heeds);
    const { id, thopterId } = await hub.provision();
    await hub.ended(id);
    const hangs = hangAt(call);
    const approved = { ownerId: "ann", machineId: "m-1", unsaved: false };
    const facts = call === "unsaved" ? { approved } : {};
    const { id: destroyId } = await hub.destroy(thopterId, facts);
    await hangs;
    expect(await hub.engine.cancel(destroyId, by)).toMatchObject({ status: "canceled" });
    letGo();
    expect(world.machines.size).toBe(1);
    expect(await hub.thopter(thopterId)).toMatchObject({ status: "ready" });
    expect(await hub.ended((await hub.destroy(thopterId)).id)).toMatchObject({
      status: "succeeded",
    });
    expect(world.machines.size).toBe(0);
  });
});

it.each([...provisionCalls.map(([, call]) => call), "bundle", "push", "stop-agent"])(
  "a %s that is canceled leaves no shell open",
  async (call) => {
    const { world, hub, hangAt, letGo } = await setting(true);
    const hangs = hangAt(call);
    const { id, thopterId } = await hub.provision();
    if (provisionCalls.some(([, name]) => name === call)) {
      await hangs;
      letGo();
      await hub.engine.cancel(id, by);
      await hub.destroyed(thopterId);
    } else {
      await hub.ended(id);
      const { id: destroyId } = await hub.destroy(thopterId);
      await hangs;
      await hub.engine.cancel(destroyId, by);
    }
    expect(world.openShells).toBe(0);
  },
);

it("a bundle that was saved before the cancel stays on record", async () => {
  const { hub, hangAt, letGo } = await setting(true);
  const { id, thopterId } = await hub.provision();
  await hub.ended(id);
  const hangs = hangAt("push");
  const { id: destroyId } = await hub.destroy(thopterId);
  await hangs;
  await hub.engine.cancel(destroyId, by);
  letGo();
  expect(await hub.thopter(thopterId)).toMatchObject({ rescue: { id: destroyId, commits: 3 } });
});

it("a destroy cannot be canceled once its machine is being destroyed", async () => {
  const { hub, hangAt } = await setting(true);
  const { id, thopterId } = await hub.provision();
  await hub.ended(id);
  const hangs = hangAt("destroy");
  const { id: destroyId } = await hub.destroy(thopterId);
  await hangs;
  await expect(hub.engine.cancel(destroyId, by)).rejects.toThrow('"destroy-machine" has begun');
});

it("a cancel that is accepted while the disk is slow keeps the machine from being destroyed", async () => {
  const world = createWorld();
  let write = (): void => undefined;
  let slow = false;
  const beforeWrite = async (): Promise<void> => {
    if (slow) await new Promise<void>((resolve) => (write = resolve));
  };
  let stopped = (): void => undefined;
  const ports = portsInto(world, async (call, effect) => {
    if (call === "stop") await new Promise<void>((resolve) => (stopped = resolve));
    return effect();
  });
  const store = createMemoryStore({ beforeWrite });
  const hub = await startHub({ store, steps: createSteps(ports, limits) });
  const { id, thopterId } = await hub.provision();
  await hub.ended(id);
  const { id: destroyId } = await hub.destroy(thopterId);
  await eventually(() => expect(world.calls).toContain("stop"));
  slow = true;
  const canceling = hub.engine.cancel(destroyId, by);
  stopped();
  await eventually(() => expect(world.machines.get("m-1")?.status).toBe("stopped"));
  slow = false;
  write();
  expect(await canceling).toMatchObject({ status: "canceled" });
  expect(world.machines.size).toBe(1);
  const thopter: Thopter = await hub.thopter(thopterId);
  expect(thopter.status).toBe("ready");
});
