import { describe, expect, it } from "vitest";
import { holdClones } from "./held-clone.ts";
import { stepIs } from "./hub-events.ts";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";
import { machinesIn } from "./nothing-left.ts";

/** It takes no notice of being told to end. */
const stubborn = "#!/bin/sh\ntrap '' TERM INT HUP\nwhile :; do sleep 1; done\n";

/** The grace of a provision, and time for the destroy itself. */
const endsWithinMs = 15_000;

async function expectPromptDestroy(hub: TestHub, name: string, provisionId: string) {
  const [destroy] = await hub.destroyed(name);
  expect(destroy).toMatchObject({ kind: "destroy", status: "succeeded" });
  const { createdAt = 0, startedAt = 0, finishedAt = 0 } = destroy ?? {};
  expect(startedAt - createdAt).toBeLessThan(500);
  expect(finishedAt - startedAt).toBeLessThan(endsWithinMs);
  const provision = await hub.person.call("getOperation", { id: provisionId });
  expect(provision).toMatchObject({ status: "canceled" });
}

describe("a destroy that is asked during a provision", () => {
  it("starts at once and ends soon while a setup script hangs", { timeout: 60_000 }, async () => {
    const hub = await startHub({ files: { ".thopter/setup": stubborn } });
    const events = await hub.events();
    const { thopter, operation } = await hub.provision();
    await events.operation(operation.id, stepIs("run-setup-script", "running"));
    await expectPromptDestroy(hub, thopter.name, operation.id);
    expect(machinesIn(hub.data)).toEqual([]);
    await hub.end();
  });

  it("does so while a clone hangs, and cancels one that waits", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    holdClones(hub.repository);
    const events = await hub.events();
    const { thopter, operation } = await hub.provision();
    await events.operation(operation.id, stepIs("clone", "running"));
    const waiting = await hub.provision();
    expect(waiting.operation.explanation).toContain("provision lane runs 1 of 1");
    await expectPromptDestroy(hub, waiting.thopter.name, waiting.operation.id);
    expect(machinesIn(hub.data)).toHaveLength(1);
    await expectPromptDestroy(hub, thopter.name, operation.id);
    expect(machinesIn(hub.data)).toEqual([]);
    await hub.end();
  });
});
