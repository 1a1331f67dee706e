import { expect, it } from "vitest";
import type { Operation } from "../../src/core/operation.ts";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { startRealCloud, type RealCloud } from "./real-cloud.ts";

/** Those that take long enough for a hub to be killed in the middle of each. */
const slowSteps = {
  provision: ["create-machine", "wait-for-shell", "run-setup-script", "verify-agent"],
  destroy: ["stop-agent", "rescue", "stop-machine", "destroy-machine", "verify-gone"],
};
const files = { ".thopter/setup": "#!/bin/sh\necho run >> ~/setups\nsleep 1\n" };
/** Says how often it was started, leaves a commit, and stays. */
const agent = "echo start >> ~/starts; echo mine >> NOTES.md; git commit -qam Mine; exec cat";

/**
 * Kills the hub as soon as each step of an operation has begun that has not been killed yet, and
 * starts it again, until the operation ends.
 */
async function killInEachStep(hub: TestHub, id: string): Promise<Operation> {
  const killedIn = new Set<string>();
  for (;;) {
    const events = await hub.events();
    const isNext = ({ steps, status }: Operation): boolean =>
      !["queued", "running"].includes(status) ||
      steps.some((step) => step.status === "running" && !killedIn.has(step.name));
    const known = await hub.person.call("getOperation", { id });
    const found = isNext(known) ? known : await events.operation(id, isNext);
    if (!["queued", "running"].includes(found.status)) return found;
    for (const { name, status } of found.steps) if (status === "running") killedIn.add(name);
    await hub.kill();
    await hub.start();
  }
}

function crashedIn({ steps }: Operation): string[] {
  return steps.flatMap(({ name, crashes }) => ((crashes ?? 0) > 0 ? [name] : []));
}

async function expectOneMachine({ standing, simulator }: RealCloud, hub: TestHub, name: string) {
  expect(standing()).toMatchObject([{ state: "started" }]);
  expect(simulator.world.volumes.size).toBeLessThanOrEqual(2);
  const command = "cat ~/starts";
  const said = await hub.person.call("run", { thopter: name, command, timeoutMs: 10_000 });
  expect(said.stdout).toBe("start\n");
}

it(
  "a hub that is killed in each step of a provision and of a destroy makes one machine and leaves none",
  { timeout: 240_000 },
  async () => {
    const cloud = await startRealCloud({ bootMs: 4000, stopMs: 4000, destroyMs: 4000 });
    const env = { ...cloud.environment, THOPTER_AGENT_COMMAND: agent };
    const hub = await startHub({ env, files });
    const { thopter, operation } = await hub.provision();
    const provision = await killInEachStep(hub, operation.id);
    expect(provision.error).toBeUndefined();
    expect(provision).toMatchObject({ status: "succeeded", attempts: 0 });
    expect(crashedIn(provision)).toEqual(expect.arrayContaining(slowSteps.provision));
    await expectOneMachine(cloud, hub, thopter.name);
    const asked = await hub.person.call("destroy", { thopters: [thopter.name], reason: "over" });
    const { operations } =
      asked.outcome === "accepted"
        ? asked
        : await hub.person.call("decide", { id: asked.approval.id, decision: "approve" });
    const destroy = await killInEachStep(hub, operations[0]?.id ?? "");
    expect(destroy.error).toBeUndefined();
    expect(destroy).toMatchObject({ status: "succeeded", attempts: 0 });
    expect(crashedIn(destroy)).toEqual(expect.arrayContaining(slowSteps.destroy));
    expect(await hub.person.call("rescues", {})).toMatchObject([{ commits: 1 }]);
    expect(cloud.made().map(({ state }) => state)).toEqual(["destroyed"]);
    const volumes = [...cloud.simulator.world.volumes.values()];
    expect(volumes.map(({ machine }) => machine)).toEqual([undefined]);
    expect(cloud.simulator.world.troubles).toEqual([]);
    await hub.end();
  },
);
