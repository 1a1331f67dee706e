import { describe, expect, it } from "vitest";
import type { Fault } from "../../../src/simulators/fly/faults.ts";
import { flyHarness, requestOf, signal, standing, tagsOf, type FlyHarness } from "./fly-harness.ts";

const volumes = { sizeGb: 1, spare: 1 };
type Answer = { status: number; committed: boolean };
const lost = (action: string, answer: Answer): Fault => ({
  ...{ kind: "answer", action, times: 1 },
  ...answer,
});

/** Every action of a provision and a destroy, lost before and after it was done, in each way. */
const actions = [
  "machines.create",
  "machines.list",
  "machines.get",
  "machines.wait",
  "machines.destroy",
  "machines.lease.acquire",
  "machines.lease.release",
  "volumes.list",
  "volumes.create",
  "volumes.delete",
];
const answers = [0, 408, 429, 500, 503].flatMap((status) => [
  { status, committed: false },
  { status, committed: true },
]);

/** What the engine does: it asks again what may pass, a few times. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const mayPass = error instanceof Error && "retryable" in error && error.retryable === true;
      if (!mayPass || attempt === 4) throw error;
    }
  }
}

async function running({ provider }: FlyHarness, id: string): Promise<void> {
  await expect
    .poll(async () => (await provider.get(id, signal))?.status, { timeout: 10_000 })
    .toBe("running");
}

/** Provisions and destroys with one answer lost: one machine while it lasts, none after. */
async function survives(fault: Fault): Promise<void> {
  const harness = flyHarness({ rules: { rateLimits: false } }, { volumes });
  const { provider, simulator } = harness;
  const words = JSON.stringify(fault);
  simulator.faults.add(fault);
  const machine = await persistently(() => provider.create(requestOf("swift-heron"), signal));
  expect(standing(simulator), words).toHaveLength(1);
  await running(harness, machine.id);
  await persistently(() => provider.destroy(machine.id, signal));
  expect(standing(simulator), words).toEqual([]);
  // A volume that a lost answer left over is cleared by the next destroy.
  const next = await persistently(() => provider.create(requestOf("calm-otter"), signal));
  await persistently(() => provider.destroy(next.id, signal));
  expect(standing(simulator), words).toEqual([]);
  expect(simulator.world.volumes.size, words).toBeLessThanOrEqual(volumes.spare);
}

describe("an answer that is lost", () => {
  it.each(actions)("of %s makes nothing twice and leaves nothing behind", async (action) => {
    const all = Promise.all(answers.map((answer) => survives(lost(action, answer))));
    await expect(all).resolves.toHaveLength(answers.length);
  });

  it("of a create that commits late is found, and made once", async () => {
    const { provider, simulator } = flyHarness();
    const machine = await persistently(() => provider.create(requestOf("late-create"), signal));
    expect(standing(simulator)).toHaveLength(1);
    expect(await provider.get(machine.id, signal)).toMatchObject({ name: "late-create" });
  });
});

describe("an empty list", () => {
  it("is not believed at first", async () => {
    const { provider, simulator } = flyHarness();
    const { id } = await provider.create(requestOf("swift-heron"), signal);
    simulator.faults.add({ kind: "empty-list", times: 1 });
    expect(await provider.list("hub-1", signal)).toMatchObject([{ id }]);
  });

  it("makes no second machine", async () => {
    const { open, provider, simulator } = flyHarness();
    const made = await provider.create(requestOf("swift-heron"), signal);
    simulator.faults.add({ kind: "empty-list", times: 1 });
    const again = await open().create(requestOf("swift-heron"), signal);
    expect(again.id).toBe(made.id);
    expect(standing(simulator)).toHaveLength(1);
  });

  it("that goes on makes none either: the name is taken", async () => {
    const { open, provider, simulator } = flyHarness();
    await provider.create(requestOf("swift-heron"), signal);
    simulator.faults.add({ kind: "empty-list" });
    await expect(open().create(requestOf("swift-heron"), signal)).rejects.toMatchObject({
      reason: "name_taken",
      retryable: true,
    });
    expect(standing(simulator)).toHaveLength(1);
  });
});

describe("want of room", () => {
  it("in a region has the next one tried, and fails with words when there is none", async () => {
    const { provider, simulator, open } = flyHarness({}, { regions: ["iad", "ams"] });
    simulator.faults.add({ kind: "no-region", match: "iad" });
    const { id } = await provider.create(requestOf("swift-heron"), signal);
    expect(simulator.world.machines.get(id)?.region).toBe("ams");
    const refused = open({ regions: ["iad"] }).create(requestOf("calm-otter"), signal);
    await expect(refused).rejects.toMatchObject({ kind: "capacity", reason: "region_full" });
    await expect(refused).rejects.toThrow(/no room for this size.*FLY_REGION.*Fly request/s);
  });

  it("on a volume's host has the volume replaced", async () => {
    const harness = flyHarness({}, { volumes });
    const { provider, simulator } = harness;
    const first = await provider.create(requestOf("swift-heron"), signal);
    await running(harness, first.id);
    await provider.destroy(first.id, signal);
    const [pooled] = simulator.world.volumes.keys();
    simulator.faults.add({ kind: "full-volume-host", times: 1 });
    await provider.create(requestOf("calm-otter"), signal);
    expect([...simulator.world.volumes.keys()]).not.toContain(pooled);
    expect(simulator.world.volumes.size).toBe(1);
  });

  it("in a quota is said so, and is no matter of the token", async () => {
    const { provider } = flyHarness({ rules: { machinesPerOrg: 0 } });
    await expect(provider.create(requestOf("swift-heron"), signal)).rejects.toMatchObject({
      kind: "capacity",
      reason: "quota",
    });
  });
});

describe("the volume pool", () => {
  it("uses a volume again, and gives two machines two", async () => {
    const { provider, requests, simulator } = flyHarness({}, { volumes });
    const [one, two] = await Promise.all([
      provider.create(requestOf("swift-heron"), signal),
      provider.create(requestOf("calm-otter"), signal),
    ]);
    expect(simulator.world.volumes.size).toBe(2);
    expect(requests.get("POST machines")).toBe(2);
    await provider.destroy(one.id, signal);
    await provider.create(requestOf("bold-finch"), signal);
    expect(simulator.world.volumes.size).toBe(2);
    await provider.destroy(two.id, signal);
    expect(simulator.world.volumes.size).toBe(2);
  });

  it("never touches a volume of another hub", async () => {
    const { api, provider, simulator } = flyHarness({}, { volumes });
    const foreign = { name: "thopter_foreign", region: "iad", size_gb: 1, compute: {} };
    const { id } = await api.createVolume(foreign, signal);
    const machine = await provider.create(requestOf("swift-heron"), signal);
    await provider.destroy(machine.id, signal);
    expect(simulator.world.volumes.get(id)?.machine).toBeUndefined();
    expect(simulator.world.volumes.has(id)).toBe(true);
  });
});

describe("a host that is down", () => {
  it("does not make its machine look gone, and its destroy says what it waits for", async () => {
    const harness = flyHarness();
    const { provider, simulator } = harness;
    const machine = await provider.create(requestOf("host-down"), signal);
    await expect.poll(() => simulator.world.hosts.some(({ isUp }) => !isUp)).toBe(true);
    expect(await provider.list("hub-1", signal)).toMatchObject([{ id: machine.id }]);
    const waits = provider.destroy(machine.id, signal);
    await expect(waits).rejects.toMatchObject({ kind: "transient" });
    await expect(waits).rejects.toThrow(`see machine "${machine.id}" become destroyed`);
    const host = simulator.world.machines.get(machine.id)?.host ?? "";
    const up = `http://fly.test/simulator/hosts/${host}/up`;
    await simulator.fetch(new Request(up, { method: "POST" }));
    await provider.destroy(machine.id, signal);
    expect(standing(simulator)).toEqual([]);
  });
});

describe("a machine that", () => {
  it("never boots gives no shell, and is destroyed all the same", async () => {
    const { provider, simulator } = flyHarness();
    const { id } = await provider.create(requestOf("never-boots"), signal);
    await expect(provider.shell(id, signal)).rejects.toMatchObject({ kind: "transient" });
    await provider.destroy(id, signal);
    expect(standing(simulator)).toEqual([]);
  });

  it("fails to boot says so", async () => {
    const { provider } = flyHarness();
    const { id } = await provider.create(requestOf("fails-boot"), signal);
    await expect(provider.shell(id, signal)).rejects.toThrow(/failed/);
    expect(await provider.get(id, signal)).toMatchObject({ status: "failed" });
    await provider.destroy(id, signal);
  });

  it("stops slowly is waited for", async () => {
    const harness = flyHarness();
    const { id } = await harness.provider.create(requestOf("slow-stop"), signal);
    await running(harness, id);
    await harness.provider.stop(id, signal);
    expect(await harness.provider.get(id, signal)).toMatchObject({ status: "stopped" });
    await harness.provider.start(id, signal);
    expect(await harness.provider.get(id, signal)).toMatchObject({ status: "running" });
  });

  it("is leased by another is waited for, and left alone while it is", async () => {
    const harness = flyHarness();
    const { api, provider, simulator } = harness;
    const { id } = await provider.create(requestOf("swift-heron"), signal);
    await running(harness, id);
    await api.acquireLease(id, 600, signal);
    await expect(provider.destroy(id, signal)).rejects.toMatchObject({ reason: "lease_held" });
    expect(standing(simulator)).toHaveLength(1);
    const lease = simulator.world.machines.get(id);
    if (lease !== undefined) lease.lease = undefined;
    await provider.destroy(id, signal);
    expect(standing(simulator)).toEqual([]);
  });

  it("has its lease lost on the way is leased again", async () => {
    let leases = 0;
    const harness = flyHarness({
      onExchange({ method, url, status }) {
        if (method !== "POST" || !url.pathname.endsWith("/lease") || status !== 201) return;
        leases += 1;
        const machine = [...harness.simulator.world.machines.values()][0];
        if (leases === 1 && machine !== undefined) machine.lease = undefined;
      },
    });
    const { id } = await harness.provider.create(requestOf("swift-heron"), signal);
    await running(harness, id);
    await harness.provider.destroy(id, signal);
    expect(leases).toBe(2);
    expect(standing(harness.simulator)).toEqual([]);
  });

  it("belongs to another hub, or to nobody, is neither seen nor touched", async () => {
    const { api, open, provider, simulator } = flyHarness();
    const theirs = await open({ hub: "hub-2" }).create(
      { name: "swift-heron", tags: tagsOf("thopter-1", "hub-2") },
      signal,
    );
    const config = { image: "agent:1" };
    const plain = await api.createMachine({ name: "by-hand", region: "iad", config }, signal);
    for (const { id } of [theirs, plain]) {
      expect(await provider.get(id, signal)).toBeUndefined();
      await expect(provider.destroy(id, signal)).rejects.toThrow(/not this hub's/);
    }
    expect(await provider.list("hub-1", signal)).toEqual([]);
    expect(standing(simulator)).toHaveLength(2);
  });
});

it("a hub that has just started does not take a machine for gone that is not shown yet", async () => {
  const { open, provider, simulator } = flyHarness();
  const { id } = await provider.create(requestOf("swift-heron"), signal);
  await open().destroy(id, signal);
  expect(standing(simulator)).toEqual([]);
});

it("a token that is revoked is named, and nothing is asked again and again", async () => {
  const { provider, simulator, requests } = flyHarness();
  const { id } = await provider.create(requestOf("swift-heron"), signal);
  simulator.world.tokens.clear();
  requests.clear();
  const refused = provider.destroy(id, signal);
  await expect(refused).rejects.toMatchObject({ kind: "auth" });
  await expect(refused).rejects.toThrow(/FLY_API_TOKEN/);
  expect(requests).toEqual(new Map([["GET machine", 1]]));
});
