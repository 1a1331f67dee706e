import { describe, expect, it } from "vitest";
import { callers } from "../../fleet/rig.ts";
import { startCardsKit } from "./cards-kit.ts";
import type { CardsKit } from "./cards-kit.ts";

const slackAnn = { ...callers.ann, front: "slack" as const };
const slackBen = { ...callers.ben, front: "slack" as const };

async function provision(kit: CardsKit, name: string) {
  const request = { task: "mend the gate", repository: "owner/gate", name };
  const made = await kit.rig.fleet.provision(slackAnn, request, (accepted) =>
    kit.cards.record(kit.ask("ann"), accepted),
  );
  await kit.idle();
  return made;
}

describe("a card that is on record with what it is about", () => {
  it("is posted by the next hub where its own died before it came to that", async () => {
    const kit = await startCardsKit();
    await provision(kit, "amber-falcon");
    expect(kit.shown("general")).toEqual([]);
    const again = await kit.restart();
    await again.clock.advance(5000);
    expect(again.texts("general")).toEqual([expect.stringMatching(/amber-falcon.*is ready/)]);
  });

  it("is the one that is posted where nobody died", async () => {
    const kit = await startCardsKit();
    const { operation } = await provision(kit, "amber-falcon");
    await kit.cards.follow(kit.ask("ann"), { operationIds: [operation.id] });
    await kit.clock.advance(5000);
    expect(kit.shown("general")).toHaveLength(1);
    const requests = (await kit.rig.store.list("card")).filter(
      ({ subject }) => subject.kind === "request",
    );
    expect(requests).toHaveLength(1);
  });

  it("of an approval that its asker may not decide does not keep those from hearing who may", async () => {
    const kit = await startCardsKit();
    await provision(kit, "amber-falcon");
    const wanted = { thopters: ["amber-falcon"], reason: "reviewed" };
    const answer = await kit.rig.fleet.destroy(slackBen, wanted, (accepted) =>
      kit.cards.record(kit.ask("ben"), accepted),
    );
    expect(answer.outcome).toBe("approval-needed");
    const again = await kit.restart();
    await again.clock.advance(5000);
    expect(again.texts("general").join()).toMatch(/Destroy 1 thopter/);
    expect(again.texts("@ann").join()).toMatch(/Destroy 1 thopter/);
    expect(again.texts("@ben")).toEqual([]);
  });

  it("is not made for what was on record before", async () => {
    const kit = await startCardsKit();
    const request = { task: "mend it", repository: "owner/gate", key: "slack:1" };
    let asked = 0;
    const record = () => {
      asked += 1;
      return [];
    };
    await kit.rig.fleet.provision(slackAnn, request, record);
    const again = await kit.rig.fleet.provision(slackAnn, request, record);
    expect([again.outcome, asked]).toEqual(["repeated", 1]);
  });
});
