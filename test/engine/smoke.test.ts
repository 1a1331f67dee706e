import { expect, it } from "vitest";
import { monotonicFactory } from "ulid";
import { ProviderError } from "../../src/core/errors.ts";
import type { Step } from "../../src/core/ports/step.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { defaultEngineOptions } from "../../src/engine/options.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createManualClock, settle } from "../manual-clock.ts";
import type { Thopter } from "../../src/core/thopter.ts";

const actor = { kind: "person", personId: "p" } as const;
const newId = monotonicFactory();

function thopter(name: string): Thopter {
  return {
    id: newId(),
    version: 1,
    name,
    ownerId: "p",
    createdBy: actor,
    labels: [],
    task: "t",
    repository: "r",
    branch: `thopter/${name}`,
    provider: "local",
    agent: "command",
    status: "requested",
    keepOnFailure: false,
    createdAt: 1,
  };
}

it("provisions and destroys", async () => {
  const clock = createManualClock();
  const store = createMemoryStore();
  const log: string[] = [];
  let failures = 1;
  const step = (kind: Step["kind"], lane: Step["lane"], name: string): Step => ({
    name,
    kind,
    lane,
    after: [],
    timeoutMs: 1000,
    async run() {
      log.push(name);
      if (name === "launch" && failures-- > 0) throw new ProviderError("no", { kind: "transient" });
      return { note: "ok" };
    },
  });
  const steps = [
    step("provision", "provision", "create"),
    step("provision", "setup", "launch"),
    step("destroy", "destroy", "remove"),
  ];
  const engine = await createEngine(
    {
      store,
      clock,
      newId,
      random: () => 0.5,
      steps,
      redact: (t) => t,
      report: (e) => log.push(String(e)),
    },
    {
      ...defaultEngineOptions,
      limits: {
        lanes: { destroy: 5, provision: 1, setup: 5 },
        thopters: 20,
        thoptersPerOwner: 20,
        provisionMaxWaitMs: 60_000,
      },
    },
  );
  const t = thopter("a");
  const [s] = await engine.submit([
    { kind: "provision", thopter: t, fingerprint: "x", actor, front: "cli" },
  ]);
  await settle();
  expect((await engine.explain(s!.operation.id)).words).toContain("next attempt");
  await clock.advance(1000);
  expect(await engine.get(s!.operation.id)).toMatchObject({ status: "succeeded", attempts: 1 });
  expect((await engine.thopters())[0]).toMatchObject({ status: "ready" });
  const [d] = await engine.submit([{ kind: "destroy", thopterId: t.id, actor, front: "cli" }]);
  await settle();
  expect(await engine.get(d!.operation.id)).toMatchObject({ status: "succeeded" });
  expect(await engine.thopters()).toEqual([]);
  expect(await engine.status()).toMatchObject({ thopters: { used: 0 } });
  console.log(log);
});
