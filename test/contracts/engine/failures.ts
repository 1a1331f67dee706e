import { describe, expect, it } from "vitest";
import { ProviderError, UserError } from "../../../src/core/errors.ts";
import type { ProviderErrorKind } from "../../../src/core/errors.ts";
import type { OpenHost } from "./host.ts";
import { ann, createWorld, makeThopter, refusal, setting } from "./world.ts";
import type { World } from "./world.ts";
import { eventually } from "../../eventually.ts";

function problem(kind: ProviderErrorKind, retryAfterMs?: number): ProviderError {
  const more = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new ProviderError(`the provider says ${kind}`, { kind, ...more });
}

const transient = (): ProviderError => problem("transient");

/** The lane's breaker, as anyone may see it. */
async function breaker({ engine }: World): Promise<string> {
  const { breakers } = await engine.status();
  return breakers.map(({ provider, lane, state }) => `${provider} ${lane} ${state}`).join();
}

async function words({ engine }: World, { id }: { id: string }): Promise<string> {
  return (await engine.explain(id)).words;
}

export function describeFailures(openHost: OpenHost): void {
  describe("a transient error", () => {
    it("is tried again after a backoff that grows, with jitter, from the first step not done", async () => {
      const randoms = [0, 0.5, 1];
      const world = await createWorld(openHost, {
        random: () => randoms.shift() ?? 0,
        options: { backoff: { firstMs: 1000, longestMs: 3000 } },
      });
      world.failNext("context", transient(), transient(), transient());
      const { id } = await world.provision("a");
      await world.quiet();
      // No jitter at all: it is tried again at once.
      expect(await world.engine.get(id)).toMatchObject({ attempts: 2, status: "queued" });
      await world.clock.advance(999);
      expect(await world.engine.get(id)).toMatchObject({ attempts: 2 });
      await world.clock.advance(1);
      expect(await world.engine.get(id)).toMatchObject({
        ...{ attempts: 3, status: "queued" },
        error: { message: "the provider says transient", retryable: true, step: "context" },
      });
      expect(await words(world, { id })).toBe("It waits: the next attempt is in 3 s.");
      await world.clock.advance(3000);
      const made = await world.engine.get(id);
      expect(made).toMatchObject({ status: "succeeded", attempts: 3 });
      expect(made).not.toHaveProperty("error");
      expect(world.done.filter((name) => name === "a:make")).toHaveLength(1);
      expect(world.errors).toEqual([]);
    });

    it("frees the slot while it waits, and is never tried sooner than the provider asked", async () => {
      const world = await createWorld(openHost);
      world.failNext("make", problem("rate_limit", 120_000));
      const first = await world.provision("a");
      const second = await world.provision("b");
      await world.quiet();
      expect(await world.statusOf(second)).toBe("succeeded");
      await world.clock.advance(119_999);
      expect(await world.statusOf(first)).toBe("queued in provision");
      await world.clock.advance(1);
      expect(await world.statusOf(first)).toBe("succeeded");
    });

    it("ends the operation when it has been tried often enough", async () => {
      const world = await createWorld(openHost, { ready: ["a"], options: { maxAttempts: 2 } });
      world.failNext("freeze", transient(), transient());
      const { id } = await world.destroy("a");
      await world.clock.advance(60_000);
      expect(await world.engine.get(id)).toMatchObject({ status: "failed", attempts: 2 });
      expect(await world.thopter("a")).toMatchObject({ status: "ready" });
      expect(world.errors).toHaveLength(1);
    });
  });

  describe("any other error", () => {
    it("ends the operation at once, with its words and causes but no secret", async () => {
      const world = await createWorld(openHost);
      const cause = new Error("the token hunter2 is wrong");
      world.failNext("clone", new UserError("Cannot clone: refused", { cause }));
      const { id } = await world.provision("a");
      await world.quiet();
      const failed = await world.engine.get(id);
      expect(failed).toMatchObject({
        ...{ status: "failed", attempts: 1 },
        error: {
          message: "Cannot clone: refused",
          retryable: false,
          causes: ["the token [redacted] is wrong"],
          step: "clone",
        },
      });
    });

    it("stops the steps beside it, and touches no other operation", async () => {
      const world = await createWorld(openHost, { ready: ["old"] });
      world.hold(["context", "remove"]);
      world.failNext("clone", new Error("broken"));
      await world.destroy("old");
      await world.engine.pause("destroy");
      await world.clock.advance(60_000);
      const { id } = await world.provision("a");
      await world.clock.advance(60_000);
      expect(await world.engine.get(id)).toMatchObject({
        status: "failed",
        steps: [
          { name: "make", status: "succeeded" },
          { name: "clone", status: "failed" },
          { name: "context", status: "failed" },
        ],
      });
      expect(world.held.map(({ name }) => name)).toEqual(["old:remove"]);
      expect(world.heldAt("old", "remove").context.signal.aborted).toBe(false);
    });

    it("of a provision destroys what was made, in the same commit, unless it is to be kept", async () => {
      const world = await createWorld(openHost);
      await world.engine.pause("destroy");
      const commits: string[][] = [];
      world.host.store.watch((writes) =>
        commits.push(writes.map(({ kind, record }) => `${kind} ${record.id}`)),
      );
      world.failNext("make", new Error("broken"));
      const { id } = await world.provision("a");
      await world.quiet();
      const destroy = await world.destroyOf("a");
      expect(commits.at(-1)?.toSorted()).toEqual(
        [`operation ${id}`, `operation ${destroy!.id}`, `thopter ${world.idOf("a")}`].toSorted(),
      );
      await world.engine.resume("destroy");
      await world.quiet();
      expect(await world.thopter("a")).toMatchObject({ status: "gone" });
      world.failNext("make", new Error("broken"));
      await world.provision("b", { thopter: makeThopter(world, "b", { keepOnFailure: true }) });
      await world.quiet();
      expect(await world.thopter("b")).toMatchObject({ status: "failed" });
      expect(await world.destroyOf("b")).toBeUndefined();
    });

    it("of a step whose records are stale ends that operation alone", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b"] });
      await world.host.store.commit([setting(1)]);
      world.hold("freeze");
      const [bad, good] = [await world.destroy("a"), await world.destroy("b")];
      await world.quiet();
      world.heldAt("a", "freeze").finish({ writes: [setting(1)] });
      world.heldAt("b", "freeze").finish({ writes: [setting(2)] });
      await world.quiet();
      expect(await world.statusOf(bad)).toBe("failed");
      expect(await world.statusOf(good)).toBe("succeeded");
      expect(await world.host.store.get("setting", "beside")).toMatchObject({ version: 2 });
    });
  });

  it("What a step says of its progress is shown until the operation ends", async () => {
    const world = await createWorld(openHost);
    world.hold("make");
    const said = await world.provision("said");
    await world.quiet();
    world.heldAt("said", "make").context.progress("half way");
    await world.quiet();
    expect(await world.engine.get(said.id)).toMatchObject({ progress: "make: half way" });
    world.letGo("make");
    await world.quiet();
    expect(await world.engine.get(said.id)).not.toHaveProperty("progress");
  });

  describe("a step's time limit", () => {
    it("tells it to stop, counts as a transient error, and abandons it after the grace", async () => {
      const world = await createWorld(openHost, {
        steps: ({ step }) => [step(["destroy", "destroy", "freeze"], { timeoutMs: 20 })],
        ready: ["a"],
      });
      world.hold("freeze", { ignoresAbort: true });
      const { id } = await world.destroy("a");
      await eventually(() => expect(world.heldAt("a", "freeze").context.signal.aborted).toBe(true));
      const { context } = world.heldAt("a", "freeze");
      await expect.poll(() => world.engine.get(id)).toMatchObject({ status: "running" });
      await world.clock.advance(10_000);
      expect(await world.engine.get(id)).toMatchObject({
        status: "queued",
        attempts: 1,
        error: { message: 'Cannot finish "freeze": it took longer than 1 s', retryable: true },
      });
      await expect(context.record({ labels: ["late"] })).rejects.toThrow(/abandoned/);
      await expect(context.supersedeProvision()).rejects.toThrow(/abandoned/);
      world.held.length = 0;
      world.hold("freeze");
      await world.clock.advance(1000);
      await eventually(async () => {
        expect(await world.engine.get(id)).toMatchObject({ status: "queued", attempts: 2 });
      });
    });

    it("lets a step that ends within the grace count", async () => {
      const world = await createWorld(openHost, {
        steps: ({ step }) => [step(["destroy", "destroy", "freeze"], { timeoutMs: 20 })],
        ready: ["a"],
      });
      world.hold("freeze", { ignoresAbort: true });
      const { id } = await world.destroy("a");
      await eventually(() => expect(world.heldAt("a", "freeze").context.signal.aborted).toBe(true));
      world.heldAt("a", "freeze").finish();
      await world.quiet();
      expect(await world.engine.get(id)).toMatchObject({ status: "succeeded", attempts: 0 });
    });
  });

  describe("the queue of provisions", () => {
    it("takes as many as it is large, and no bound keeps a destroy out", async () => {
      const world = await createWorld(openHost, { ready: ["x"], options: { maxQueueSize: 2 } });
      await world.engine.pause("all");
      await world.provision("a");
      await world.provision("b");
      expect(await refusal(world.provision("c"))).toMatch(/^full: .*2 wait already/);
      expect(await world.thopter("c")).toBeUndefined();
      await world.destroy("x");
      await world.destroy("a");
      await world.provision("c");
      // What has left the queue takes no place in it.
      world.hold(["make", "launch"]);
      await world.engine.resume("all");
      await world.quiet();
      await world.provision("d");
      expect(await refusal(world.provision("e"))).toMatch(/^full: /);
    });

    it("fails a provision that waited too long to start, and only that", async () => {
      const world = await createWorld(openHost, { options: { queueTimeoutMs: 5000 } });
      world.hold("clone");
      const begun = await world.provision("a");
      await world.quiet();
      await world.engine.pause("all");
      world.letGo("clone");
      const waiting = await world.provision("b");
      await world.clock.advance(4000);
      const later = await world.provision("c");
      await world.clock.advance(1000);
      expect(await world.engine.get(waiting.id)).toMatchObject({
        status: "failed",
        error: {
          message:
            'Cannot provision "b": it waited longer than 5 s for its turn. Ask again, or raise QUEUE_TIMEOUT.',
          retryable: true,
        },
      });
      expect(await world.thopter("b")).toMatchObject({ status: "gone" });
      expect(await world.statusOf(begun)).toBe("queued in setup");
      expect(await world.statusOf(later)).toBe("queued in provision");
      const again = await world.engine.retry(waiting.id, { actor: ann, front: "cli" });
      await world.reopen();
      await world.clock.advance(4000);
      expect(await world.statusOf(later)).toBe("failed");
      expect(await world.statusOf(again)).toBe("queued in provision");
      await world.clock.advance(1000);
      expect(await world.statusOf(again)).toBe("failed");
    });
  });

  describe("a breaker", () => {
    const options = { breaker: { failures: 2, halfOpenAfterMs: 30_000 }, maxAttempts: 100 };

    /** Two destroys failed one after another; two more wait. */
    async function broken(): Promise<World> {
      const world = await createWorld(openHost, {
        ready: ["a", "b", "c", "d"],
        options,
        limits: { lanes: { destroy: 1, provision: 1, setup: 1 } },
        random: () => 0.999_999,
      });
      world.failNext("freeze", transient(), transient());
      for (const name of ["a", "b", "c", "d"]) await world.destroy(name);
      await world.quiet();
      return world;
    }

    it("opens after so many transient errors in a row, for its provider and lane alone", async () => {
      const world = await broken();
      expect(await breaker(world)).toBe("local destroy open");
      expect(world.begun).toEqual(["a:freeze", "b:freeze"]);
      const waiting = (await world.destroyOf("c"))!;
      expect(await words(world, waiting)).toBe(
        'It waits: provider "local" kept failing; the next try is in 30 s.',
      );
      expect(waiting.attempts).toBe(0);
      const provision = await world.provision("x");
      await world.ready("other");
      await world.quiet();
      expect(await world.statusOf(provision)).toBe("succeeded");
    });

    it("admits one when it is half open, and closes when that one does not fail", async () => {
      const world = await broken();
      world.hold("remove");
      await world.clock.advance(30_000);
      expect(await breaker(world)).toBe("local destroy half-open");
      expect(world.held.map(({ name }) => name)).toEqual(["a:remove"]);
      expect(await words(world, (await world.destroyOf("c"))!)).toContain(
        "one operation tries it now",
      );
      world.letGo("remove");
      await world.quiet();
      expect(await breaker(world)).toBe("");
      expect(await world.engine.thopters()).toEqual([]);
    });

    it("opens again when that one fails, and tries again later", async () => {
      const world = await broken();
      world.failNext("freeze", transient());
      await world.clock.advance(30_000);
      expect(await breaker(world)).toBe("local destroy open");
      expect(world.begun).toHaveLength(3);
      await world.clock.advance(29_999);
      expect(world.begun).toHaveLength(3);
      await world.clock.advance(1);
      expect(await world.engine.thopters()).toEqual([]);
    });

    it("learns nothing from a try that was canceled", async () => {
      const world = await broken();
      world.hold("freeze");
      await world.clock.advance(30_000);
      const [trying] = world.held;
      const { id } = trying!.context.operation;
      await world.engine.cancel(id, { actor: ann, reason: "enough" });
      await world.quiet();
      expect(await breaker(world)).toBe("local destroy open");
      world.letGo("freeze");
      await world.clock.advance(30_000);
      expect(await breaker(world)).toBe("");
    });

    it.each(["capacity", "not_found", "rate_limit", "auth", "permanent"] as const)(
      "never counts %s",
      async (kind) => {
        const world = await createWorld(openHost, { options, ready: ["a", "b", "c"] });
        world.failNext("freeze", problem(kind), problem(kind), problem(kind));
        for (const name of ["a", "b", "c"]) await world.destroy(name);
        await world.quiet();
        expect(world.begun).toHaveLength(3);
        expect(await breaker(world)).toBe("");
      },
    );

    it("counts only errors in a row", async () => {
      const world = await createWorld(openHost, { options, ready: ["a", "b", "c"] });
      world.failNext("freeze", transient());
      await world.destroy("a");
      await world.quiet();
      await world.destroy("b");
      await world.quiet();
      world.failNext("freeze", transient());
      await world.destroy("c");
      await world.quiet();
      expect(await breaker(world)).toBe("");
    });
  });
}
