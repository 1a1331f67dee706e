import { expect, it } from "vitest";
import { flyHarness, requestOf, signal } from "./fly-harness.ts";

const volumesOf = ({ simulator }: ReturnType<typeof flyHarness>) => [
  ...simulator.world.volumes.values(),
];

it("a create that is refused keeps no volume beyond the spare ones", async () => {
  const harness = flyHarness({}, { volumes: { sizeGb: 1, spare: 0 } });
  harness.simulator.faults.add({ kind: "no-region" });
  await expect(harness.provider.create(requestOf("swift-heron"), signal)).rejects.toMatchObject({
    reason: "region_full",
  });
  expect(volumesOf(harness)).toEqual([]);
});

it("a volume that is smaller than wanted now is left alone", async () => {
  const harness = flyHarness({}, { volumes: { sizeGb: 1, spare: 5 } });
  const { id } = await harness.provider.create(requestOf("swift-heron"), signal);
  await harness.provider.destroy(id, signal);
  await harness.open({ volumes: { sizeGb: 3, spare: 5 } }).create(requestOf("calm-otter"), signal);
  expect(volumesOf(harness).map(({ sizeGb, machine }) => [sizeGb, machine !== undefined])).toEqual([
    [1, false],
    [3, true],
  ]);
});

it("a volume on a host that is down is replaced, and goes when it can", async () => {
  const harness = flyHarness({}, { volumes: { sizeGb: 1, spare: 1 } });
  const { provider, simulator } = harness;
  const { id } = await provider.create(requestOf("swift-heron"), signal);
  await provider.destroy(id, signal);
  const [pooled] = volumesOf(harness);
  const down = `http://fly.test/simulator/hosts/${pooled?.host ?? ""}/down`;
  await simulator.fetch(new Request(down, { method: "POST" }));
  await provider.create(requestOf("calm-otter"), signal);
  const [used] = volumesOf(harness).filter(({ machine }) => machine !== undefined);
  expect(used?.host).not.toBe(pooled?.host);
});

it("a machine that is adopted says which operation has it now", async () => {
  const { api, open, provider } = flyHarness();
  const { id } = await provider.create(requestOf("swift-heron"), signal);
  const { name, tags } = requestOf("swift-heron");
  await open().create({ name, tags: { ...tags, operation: "a later one" } }, signal);
  const machine = await api.getMachine(id, signal);
  expect(machine?.config?.metadata).toMatchObject({ thopter_operation: "a later one" });
});
