import { describe, expect, it } from "vitest";
import { ProviderError, StoreUnavailableError } from "../../../src/core/errors.ts";
import { operationIs } from "../../../src/core/operation.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Write } from "../../../src/core/ports/store.ts";
import type { Death, OpenHost } from "./host.ts";
import { standardSteps } from "./script.ts";
import { ann, createWorld } from "./world.ts";
import type { World } from "./world.ts";

/** The steps that have succeeded on disk: "otter:make". */
async function succeededSteps({ host }: World): Promise<string[]> {
  const operations = await host.store.list("operation");
  return operations.flatMap(({ thopterName, steps }) =>
    steps
      .filter(({ status }) => status === "succeeded")
      .map(({ name }) => `${thopterName}:${name}`),
  );
}

/** Asks for what is not on record yet; the hub may not live to answer. */
async function ask(world: World, kind: Operation["kind"]): Promise<void> {
  const known = await world.host.store.list("operation");
  if (known.some((operation) => operation.kind === kind)) return;
  const asked = kind === "provision" ? world.provision("a") : world.destroy("a");
  // A hub that lost its disk refuses; one that died does not answer at all.
  asked.catch(() => undefined);
  await world.quiet();
}

/** One thopter from its request to its end, past whatever `recover` has to mend. */
async function live(world: World, recover: () => Promise<void>): Promise<void> {
  for (const kind of ["provision", "destroy"] as const) {
    await ask(world, kind);
    await recover();
    await ask(world, kind);
  }
}

async function checkEnd(world: World): Promise<void> {
  const operations = await world.host.store.list("operation");
  expect(operations).toMatchObject([
    { kind: "provision", status: "succeeded", attempts: 0 },
    { kind: "destroy", status: "succeeded", attempts: 0 },
  ]);
  expect(await world.thopter("a")).toMatchObject({ status: "gone" });
  expect(await world.engine.thopters()).toEqual([]);
  const { thopters, lanes, accepting } = await world.engine.status();
  expect({ accepting, used: thopters.used }).toEqual({ accepting: true, used: 0 });
  expect(lanes.every(({ running, queued }) => running + queued === 0)).toBe(true);
}

/** Nothing that had succeeded durably by then has begun since. */
function checkNotAgain(world: World, durable: readonly string[], begunBefore: number): void {
  const again = world.begun.slice(begunBefore).filter((name) => durable.includes(name));
  expect(again).toEqual([]);
}

export function describeDurability(openHost: OpenHost): void {
  describe("a hub that dies", () => {
    it("goes on at the next start, wherever it was, and repeats nothing that was on disk", async () => {
      const clean = await createWorld(openHost);
      await live(clean, async () => undefined);
      await checkEnd(clean);
      const { commits } = clean.host;
      expect(commits).toBeGreaterThan(8);
      for (let atCommit = 1; atCommit <= commits; atCommit += 1) {
        for (const when of ["before", "after"] as const) await dieAt({ atCommit, when });
      }
    });

    async function dieAt(death: Death): Promise<void> {
      const world = await createWorld(openHost, { death });
      let deaths = 0;
      await live(world, async () => {
        if (world.host.isAlive) return;
        deaths += 1;
        const [durable, begun] = [await succeededSteps(world), world.begun.length];
        await world.reopen();
        checkNotAgain(world, durable, begun);
      });
      expect(deaths, `${death.when} commit ${death.atCommit}`).toBe(1);
      await checkEnd(world);
    }

    it("fails what it died in three times, with words, and destroys what was made", async () => {
      const world = await createWorld(openHost);
      world.hold("clone");
      const { id } = await world.provision("a");
      for (let death = 1; death <= 2; death += 1) {
        await world.quiet();
        await world.reopen();
        expect(await world.engine.get(id)).toMatchObject({ status: "running", attempts: 0 });
      }
      await world.reopen();
      expect(await world.engine.get(id)).toMatchObject({
        ...{ status: "failed", attempts: 0 },
        error: {
          message:
            'Cannot go on with "a": the hub died 3 times in the same step. Look at its log, then retry it.',
          retryable: false,
        },
      });
      expect(world.begun.filter((name) => name === "a:make")).toHaveLength(1);
      expect(await world.thopter("a")).toMatchObject({ status: "gone" });
    });

    it("does not count deaths in other steps, nor in a step that was only checkpointed", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      world.hold(["freeze", "remove"]);
      const { id } = await world.destroy("a");
      for (let death = 1; death <= 2; death += 1) {
        await world.quiet();
        await world.reopen();
      }
      const drain = world.engine.drain(0);
      await world.clock.advance(0);
      await drain;
      await world.reopen();
      world.letGo("freeze");
      await world.quiet();
      for (let death = 1; death <= 2; death += 1) await world.reopen();
      expect(await world.engine.get(id)).toMatchObject({ status: "running" });
      world.letGo("remove");
      await world.quiet();
      expect(await world.engine.get(id)).toMatchObject({ status: "succeeded" });
    });

    it("keeps what waits in its order, with its backoff and what it waits for", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b", "c"], limits: { lanes: one } });
      world.failNext("freeze", new ProviderError("no", { kind: "rate_limit", retryAfterMs: 5000 }));
      const first = await world.destroy("a");
      await world.quiet();
      await world.engine.pause("destroy");
      await world.destroy("b", { priority: "low", after: [first.id] });
      await world.destroy("c", { priority: "low" });
      await world.reopen();
      await world.engine.resume("destroy");
      await world.clock.advance(4999);
      expect(world.done).toEqual(["c:freeze", "c:remove"]);
      await world.clock.advance(1);
      expect(world.done.slice(2)).toEqual(["a:freeze", "a:remove", "b:freeze", "b:remove"]);
    });

    it("forgets what ended long ago at a start", async () => {
      const world = await createWorld(openHost, { ready: ["a"], options: { retentionMs: 1000 } });
      const { id } = await world.destroy("a");
      await world.clock.advance(1000);
      await world.reopen();
      expect(await world.engine.get(id)).toMatchObject({ status: "succeeded" });
      await world.clock.advance(1);
      await world.reopen();
      expect(await world.engine.get(id)).toBeUndefined();
      expect(await world.thopter("a")).toBeUndefined();
    });
  });

  describe("a drain", () => {
    it("waits for what runs, starts nothing, and still accepts", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b"] });
      world.hold("clone");
      const running = await world.provision("x");
      await world.quiet();
      let drained = false;
      const drain = world.engine.drain(60_000).then(() => (drained = true));
      const queued = await world.destroy("a");
      await world.clock.advance(59_000);
      expect(drained).toBe(false);
      world.letGo("clone");
      await drain;
      expect(await world.statusOf(running)).toBe("queued in setup");
      expect(await world.statusOf(queued)).toBe("queued in destroy");
      await world.reopen();
      expect(await world.statusOf(running)).toBe("succeeded");
      expect(await world.statusOf(queued)).toBe("succeeded");
      expect(world.done.filter((name) => name === "x:make")).toHaveLength(1);
    });

    it("checkpoints what has not ended in time; no attempt and no crash is counted", async () => {
      const world = await createWorld(openHost);
      world.hold("clone");
      const { id } = await world.provision("x");
      await world.quiet();
      const drain = world.engine.drain(5000);
      await world.clock.advance(5000);
      await drain;
      const stopped = await world.engine.get(id);
      expect(stopped).toMatchObject({ status: "queued", attempts: 0 });
      expect(stopped?.steps.filter(({ status }) => status === "succeeded")).toHaveLength(2);
      expect(stopped?.steps.some(({ crashes }) => crashes !== undefined)).toBe(false);
      world.letGo("clone");
      await world.reopen();
      expect(await world.engine.get(id)).toMatchObject({ status: "succeeded", attempts: 0 });
      expect(world.begun.filter((name) => name !== "x:clone")).toEqual([
        "x:make",
        "x:context",
        "x:launch",
      ]);
    });

    it("abandons what ignores it, and ends even where the disk is lost", async () => {
      const world = await createWorld(openHost);
      world.hold("make", { ignoresAbort: true });
      const { id } = await world.provision("x");
      await world.quiet();
      world.host.loseDisk();
      const drain = world.engine.drain(5000);
      await world.clock.advance(15_000);
      await drain;
      world.host.mendDisk();
      await world.clock.advance(60_000);
      expect(await world.host.store.get("operation", id)).toMatchObject({ status: "running" });
      world.letGo("make");
      await world.host.mended();
      await world.reopen();
      expect(await world.engine.get(id)).toMatchObject({ status: "succeeded" });
    });
  });

  describe("a lost disk", () => {
    it("has every request refused with words until it is back, and nothing accepted", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      const before = await world.host.store.list("operation");
      world.host.loseDisk();
      await expect(world.destroy("a")).rejects.toThrow(StoreUnavailableError);
      await world.quiet();
      const words =
        /^Cannot record the request: the hub's disk takes no writes\. Nothing was accepted/;
      const by = { actor: ann, front: "cli", reason: "" } as const;
      const requests = [
        ...[() => world.destroy("a"), () => world.provision("x")],
        ...[() => world.engine.cancel("any", by), () => world.engine.retry("any", by)],
        ...[() => world.engine.pause("all"), () => world.engine.resume("all")],
        () => world.engine.amend(world.idOf("a"), () => ({ labels: ["x"] })),
      ];
      for (const request of requests) await expect(request()).rejects.toThrow(words);
      expect(await world.engine.status()).toMatchObject({ accepting: false });
      expect(world.errors).toHaveLength(1);
      await world.clock.advance(10_000);
      expect(await world.engine.status()).toMatchObject({ accepting: false });
      world.host.mendDisk();
      await world.clock.advance(1000);
      expect(await world.engine.status()).toMatchObject({ accepting: true });
      expect(await world.host.store.list("operation")).toEqual(before);
      expect(await world.thopter("a")).toMatchObject({ version: 1 });
      const { id } = await world.destroy("a");
      await world.quiet();
      expect(await world.engine.get(id)).toMatchObject({ status: "succeeded" });
      expect(world.errors).toHaveLength(1);
    });

    it("is noticed by a pause alone", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      world.host.loseDisk();
      await expect(world.engine.pause("all")).rejects.toThrow(StoreUnavailableError);
      world.host.mendDisk();
      await world.clock.advance(1000);
      await world.destroy("a");
      await world.quiet();
      expect(await world.destroyOf("a")).toMatchObject({ status: "succeeded" });
    });

    it("stops what runs; what is on disk is not done again, the rest is, and nothing is counted", async () => {
      const world = await createWorld(openHost, { ready: ["old"] });
      world.hold(["context", "freeze"]);
      const provision = await world.provision("a");
      await world.quiet();
      const destroy = await world.destroy("old");
      await world.quiet();
      const shown: Write[] = [];
      world.host.store.watch((writes) => shown.push(...writes));
      const { signal } = world.heldAt("old", "freeze").context;
      world.host.loseDisk();
      world.heldAt("a", "context").finish();
      await world.quiet();
      expect(signal.aborted).toBe(true);
      expect(shown).toEqual([]);
      expect(await world.engine.get(provision.id)).toMatchObject({ status: "running" });
      expect(await world.engine.explain(destroy.id)).toMatchObject({
        words: "It runs step 1 of 2: freeze.",
      });
      world.letGo("context");
      world.letGo("freeze");
      world.host.mendDisk();
      await world.clock.advance(1000);
      for (const { id } of [provision, destroy]) {
        const ended = await world.engine.get(id);
        expect(ended).toMatchObject({ status: "succeeded", attempts: 0 });
        expect(ended?.steps.some(({ crashes }) => crashes !== undefined)).toBe(false);
      }
      const count = (name: string): number => world.begun.filter((one) => one === name).length;
      expect(["a:make", "a:clone", "a:context", "a:launch", "old:freeze"].map(count)).toEqual([
        1, 1, 2, 1, 2,
      ]);
    });

    it("keeps a provision from beginning, and a destroy from what it cannot take back", async () => {
      const world = await createWorld(openHost, {
        ready: ["old"],
        steps: (script) => [
          ...standardSteps(script).filter(({ kind }) => kind === "destroy"),
          script.step(["provision", "provision", "plan"]),
        ],
      });
      world.hold("freeze");
      await world.destroy("old");
      await world.quiet();
      world.host.loseDisk();
      world.heldAt("old", "freeze").finish();
      await world.quiet();
      expect(world.begun).toEqual(["old:freeze"]);
      world.letGo("freeze");
      world.host.mendDisk();
      await world.clock.advance(1000);
      const begun = world.begun.length;
      // The request is written down, and nothing after it.
      world.host.loseDisk(1);
      await world.provision("new");
      await world.quiet();
      expect(world.begun.slice(begun)).toEqual([]);
    });

    it("may be lost again while everything is read back", async () => {
      const world = await createWorld(openHost);
      world.hold("clone");
      const { id } = await world.provision("a");
      await world.quiet();
      world.host.loseDisk();
      world.heldAt("a", "clone").finish();
      await world.quiet();
      // The probe reaches the disk, what is read back does not.
      world.host.loseDisk(1);
      await world.clock.advance(3000);
      expect(await world.engine.status()).toMatchObject({ accepting: false });
      world.letGo("clone");
      world.host.mendDisk();
      await world.clock.advance(1000);
      expect(await world.engine.get(id)).toMatchObject({ status: "succeeded", attempts: 0 });
    });

    it("changes nothing of a pause, an open breaker or a drain", async () => {
      const world = await createWorld(openHost, {
        ready: ["a", "b"],
        options: { breaker: { failures: 1, halfOpenAfterMs: 30_000 } },
      });
      world.failNext("freeze", new ProviderError("no", { kind: "transient" }));
      await world.engine.pause("provision");
      const waiting = await world.provision("x");
      await world.destroy("a");
      await world.quiet();
      world.host.loseDisk();
      await expect(world.destroy("b")).rejects.toThrow(StoreUnavailableError);
      world.host.mendDisk();
      await world.clock.advance(2000);
      expect(await world.engine.status()).toMatchObject({
        accepting: true,
        breakers: [{ lane: "destroy", state: "open" }],
      });
      expect(world.begun).toEqual(["a:freeze"]);
      expect(await world.statusOf(waiting)).toBe("queued in provision");
      world.hold("freeze");
      await world.clock.advance(30_000);
      const drain = world.engine.drain(60_000);
      world.host.loseDisk();
      world.heldAt("a", "freeze").context.progress("still");
      await world.quiet();
      await drain;
      world.host.mendDisk();
      await world.clock.advance(60_000);
      expect(world.begun).toEqual(["a:freeze", "a:freeze"]);
    });

    it("is survived at every write", async () => {
      const clean = await createWorld(openHost);
      await live(clean, async () => undefined);
      expect(clean.host.commits).toBeGreaterThan(8);
      for (let left = 0; left < clean.host.commits; left += 1) await loseAfter(left);
    });

    async function loseAfter(left: number): Promise<void> {
      const world = await createWorld(openHost);
      world.host.loseDisk(left);
      let losses = 0;
      await live(world, async () => {
        if ((await world.engine.status()).accepting) return;
        losses += 1;
        const [durable, begun] = [await succeededSteps(world), world.begun.length];
        world.host.mendDisk();
        await world.clock.advance(1000);
        checkNotAgain(world, durable, begun);
      });
      expect(losses, `after ${left} writes`).toBe(1);
      await checkEnd(world);
      expect((await world.host.store.list("operation")).every(operationIs.finished)).toBe(true);
    }
  });
}

const one = { destroy: 1, provision: 1, setup: 1 };
