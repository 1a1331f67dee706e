import { expect, it } from "vitest";
import type { OperationView } from "../../src/core/ports/fleet.ts";
import { startHub, type TestHub } from "../hub/hub-kit.ts";
import { startRealCloud } from "./real-cloud.ts";

type End = { status: "succeeded" | "failed"; words: RegExp };

const well: End = { status: "succeeded", words: /^$/ };

/** What comes of a provision on a real machine, over SSH, by the fault that its name asks for. */
const faults: Record<string, End> = {
  "no-fault": well,
  "lost-answer": well,
  "dropped-ssh": well,
  "full-volume": { status: "failed", words: /No space left on device/ },
  "fails-boot": { status: "failed", words: /it has failed|its machine has failed/ },
};

function wordsOf({ error }: OperationView): string {
  return [error?.message, ...(error?.causes ?? [])].join("\n");
}

/** Destroys what there is, saving the work of those that were ready. */
async function destroyAll(hub: TestHub): Promise<void> {
  const { items } = await hub.person.call("listThopters", { limit: 50 });
  const names = items.filter(({ status }) => status === "ready").map(({ name }) => name);
  expect(names).toHaveLength(3);
  const destroys = await hub.destroyed(...names);
  for (const destroy of destroys) expect(destroy.status, wordsOf(destroy)).toBe("succeeded");
}

it(
  "on real machines every provision ends well or with the right words, and nothing is left at Fly",
  { timeout: 240_000 },
  async () => {
    const cloud = await startRealCloud();
    const agent = "echo start >> ~/starts; echo mine >> NOTES.md; git commit -qam Mine; exec cat";
    const env = {
      ...{ ...cloud.environment, THOPTER_AGENT_COMMAND: agent },
      ...{ MAX_CONCURRENT_PROVISIONS: "5" },
    };
    const hub = await startHub({ env });
    const asked = await Promise.all(
      Object.keys(faults).map((fault) => hub.provision({ name: `otter-${fault}` })),
    );
    const provisions = await hub.finished(...asked.map(({ operation }) => operation.id));
    for (const provision of provisions) {
      const end = faults[provision.thopterName.replace("otter-", "")];
      expect(provision.status, wordsOf(provision)).toBe(end?.status);
      expect(wordsOf(provision)).toMatch(end?.words ?? "a fault of this test");
    }
    await destroyAll(hub);
    expect(await hub.person.call("rescues", {})).toMatchObject(
      [1, 2, 3].map(() => ({ commits: 1 })),
    );
    await hub.end();
    expect(cloud.standing()).toEqual([]);
    expect(cloud.made()).toHaveLength(5);
    const volumes = [...cloud.simulator.world.volumes.values()];
    expect(volumes.map(({ machine }) => machine)).toEqual([undefined]);
    expect(cloud.simulator.world.troubles).toEqual([]);
    expect(cloud.simulator.world.refusals).toBe(0);
  },
);
