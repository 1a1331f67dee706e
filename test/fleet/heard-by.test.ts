import { expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { ProviderError } from "../../src/core/errors.ts";
import type { Operation } from "../../src/core/operation.ts";
import { settle } from "../manual-clock.ts";
import { callers, startRig } from "./rig.ts";

const said = "its terminal said: open sesame";
const request = { task: "mend the gate", repository: "owner/gate" };

/** A provision of Ann's agent that failed, and what each of these saw of it. */
async function failedBefore(watchers: readonly Caller[]) {
  const rig = await startRig();
  const stop = new AbortController();
  const seen = watchers.map((caller) => {
    const words: string[] = [];
    const read = async (): Promise<void> => {
      for await (const write of rig.fleet.watch(caller, stop.signal)) {
        if (write.kind === "operation") words.push(JSON.stringify(write.record));
      }
    };
    void read();
    return words;
  });
  const cause = new Error(said);
  rig.world.faults.set("create", new ProviderError("Cannot make it", { kind: "permanent", cause }));
  const { operation } = await rig.fleet.provision(callers.agent, request);
  await settle();
  stop.abort();
  return { ...rig, id: operation.id, seen: seen.map((words) => words.join("\n")) };
}

it("what a machine said of a failure is for its owner, the agent that asked, and admins", async () => {
  const { agent, ann, ada, ben, vera, otherAgent } = callers;
  const [may, mayNot] = [
    [agent, ann, ada],
    [ben, vera, otherAgent],
  ];
  const { fleet, id, seen } = await failedBefore([...may, ...mayNot]);
  const views = await Promise.all(
    [...may, ...mayNot].map(async (caller) => {
      const wait = { ids: [id], mode: "all", timeoutMs: 0 } as const;
      const looks = [
        await fleet.getOperation(caller, id),
        (await fleet.listOperations(caller, {})).items.find((one) => one.id === id),
        (await fleet.explain(caller, id)).operation,
        (await fleet.waitForOperations(caller, wait, { signal: AbortSignal.timeout(1000) }))
          .operations[0],
      ];
      // Each of them is there.
      return looks as Operation[];
    }),
  );
  for (const [index, looks] of views.entries()) {
    const isHeard = index < may.length;
    for (const { error } of looks) {
      expect(error?.message).toBe("Cannot make it");
      expect(error?.causes).toEqual(isHeard ? [said] : []);
    }
    expect(seen[index]?.includes(said)).toBe(isHeard);
    expect(seen[index]).toContain("Cannot make it");
  }
});
