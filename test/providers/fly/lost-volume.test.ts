import { describe, expect, it } from "vitest";
import { flyHarness, requestOf, signal, standing, type FlyHarness } from "./fly-harness.ts";

const volumes = { sizeGb: 1, spare: 0 };

const volumesOf = ({ simulator }: FlyHarness) => [...simulator.world.volumes.values()];

describe("a volume that no machine has", () => {
  it("goes with the next create, when one whose answer was lost has made its machine with another", async () => {
    const harness = flyHarness({}, { volumes });
    const { open, provider, simulator } = harness;
    const made = await provider.create(requestOf("swift-heron"), signal);
    // The list lags behind the create that nobody heard of: a second volume is made for nothing.
    simulator.faults.add({ kind: "empty-list", times: 2 });
    const hub = open();
    const again = await hub.create(requestOf("swift-heron"), signal);
    expect(again.id).toBe(made.id);
    expect(standing(simulator)).toHaveLength(1);
    expect(volumesOf(harness)).toHaveLength(2);
    const next = await hub.create(requestOf("calm-otter"), signal);
    const machines = new Set(volumesOf(harness).map(({ machine }) => machine));
    expect(machines).toEqual(new Set([made.id, next.id]));
  });

  it("goes with the next create of a hub that died between volume and machine", async () => {
    const harness = flyHarness({}, { volumes });
    const { api, simulator } = harness;
    const first = await harness.provider.create(requestOf("swift-heron"), signal);
    const [known] = volumesOf(harness);
    if (known === undefined) throw new Error("There is no volume");
    // As a hub leaves it that is killed: the volume is there, and nobody remembers why.
    const left = { region: "ams", size_gb: 1, compute: {}, name: known.name };
    await api.createVolume(left, signal);
    await harness.open().create(requestOf("calm-otter"), signal);
    expect(volumesOf(harness).map(({ machine }) => machine !== undefined)).toEqual([true, true]);
    expect(standing(simulator)).toHaveLength(2);
    expect(volumesOf(harness)[0]?.machine).toBe(first.id);
  });

  it("stays where it is one of the spare ones", async () => {
    const harness = flyHarness({}, { volumes: { sizeGb: 1, spare: 1 } });
    await harness.provider.create(requestOf("swift-heron"), signal);
    harness.simulator.faults.add({ kind: "empty-list", times: 2 });
    await harness.open().create(requestOf("swift-heron"), signal);
    expect(volumesOf(harness)).toHaveLength(2);
  });
});
