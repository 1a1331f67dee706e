import { describe, expect, it } from "vitest";
import { callers, minute } from "../../fleet/rig.ts";
import { startCardsKit } from "./cards-kit.ts";
import type { CardsKit } from "./cards-kit.ts";

const slackAnn = { ...callers.ann, front: "slack" as const };

async function provision(kit: CardsKit) {
  const request = { task: "mend the gate", repository: "owner/gate" };
  const { thopter, operation } = await kit.rig.fleet.provision(slackAnn, request);
  await kit.cards.follow(kit.ask("ann"), { operationIds: [operation.id] });
  await kit.clock.advance(5000);
  return thopter;
}

describe("a watch of the fleet", () => {
  it("that tells everything twice makes nothing twice", async () => {
    const kit = await startCardsKit({
      wrapFleet: (fleet) => ({
        ...fleet,
        async *watch(caller, signal) {
          for await (const write of fleet.watch(caller, signal)) yield* [write, write];
        },
      }),
    });
    const thopter = await provision(kit);
    const { machineId = "" } = await kit.rig.thopter(thopter.id);
    const question = { text: "Go on?", hash: "h" };
    kit.rig.world.agentSays(machineId, "waiting", { question, since: kit.clock.now() });
    await kit.clock.advance(5000);
    kit.rig.world.agentSays(machineId, "idle");
    await kit.clock.advance(minute);
    // The card, the question in its thread, the finish; and the question to its owner.
    expect(kit.shown("general")).toHaveLength(3);
    expect(kit.shown("@ann")).toHaveLength(1);
    expect(kit.reports).toEqual([]);
  });

  it("that breaks begins again with a look at all there is", async () => {
    let breaks = true;
    const kit = await startCardsKit({
      wrapFleet: (fleet) => ({
        ...fleet,
        async *watch(caller, signal) {
          for await (const write of fleet.watch(caller, signal)) {
            if (breaks) throw new Error("too far behind");
            yield write;
          }
        },
      }),
    });
    const request = { task: "mend the gate", repository: "owner/gate" };
    const { thopter, operation } = await kit.rig.fleet.provision(slackAnn, request);
    await kit.idle();
    await kit.cards.follow(kit.ask("ann"), { operationIds: [operation.id] });
    kit.rig.world.agentSays((await kit.rig.thopter(thopter.id)).machineId ?? "", "idle");
    await kit.idle();
    expect(kit.shown("general")).toHaveLength(1);
    breaks = false;
    await kit.clock.advance(5000);
    expect(kit.shown("general")).toHaveLength(2);
  });
});

describe("thopters that were not asked for in Slack", () => {
  it("have no cards and cost no call", async () => {
    const kit = await startCardsKit({ rig: { maxThopters: 20_000, maxQueueSize: 20_000 } });
    kit.rig.world.held.add("create");
    const request = { task: "mend the gate", repository: "owner/gate" };
    for (let index = 0; index < 300; index += 1)
      await kit.rig.fleet.provision(callers.ada, request);
    await kit.clock.advance(minute);
    // Nobody asked for any of them in Slack.
    expect(kit.sent).toEqual([]);
    expect(await kit.rig.store.list("card")).toEqual([]);
  });
});
