import { describe, expect, it } from "vitest";
import { StaleWriteError } from "../../../src/core/errors.ts";
import type { Write } from "../../../src/core/ports/store.ts";
import type { OpenHost } from "./host.ts";
import { ann, askDestroy, createWorld, refusal, setting } from "./world.ts";
import type { World } from "./world.ts";

/** What is watched, as it arrives. */
function watch({ engine }: World): { seen: Write[]; stop(): Promise<void> } {
  const controller = new AbortController();
  const seen: Write[] = [];
  async function read(): Promise<void> {
    for await (const write of engine.watch(controller.signal)) seen.push(write);
  }
  const done = read();
  return {
    seen,
    async stop() {
      controller.abort();
      await done;
    },
  };
}

async function explained({ engine }: World, { id }: { id: string }): Promise<unknown> {
  const { blockers, ahead, words } = await engine.explain(id);
  return { kinds: blockers.map(({ kind }) => kind), ahead, words };
}

export function describeReading(openHost: OpenHost): void {
  describe("an explanation", () => {
    it("says for each reason why an operation waits, and nothing once it does not", async () => {
      const world = await createWorld(openHost, {
        ready: ["old", "older"],
        limits: { lanes: one, thopters: 4, thoptersPerOwner: 3 },
      });
      world.hold(["make", "freeze", "launch"]);
      const first = await world.destroy("old");
      const second = await world.destroy("older", { after: [first.id] });
      const provision = await world.provision("a");
      await world.quiet();
      expect(await explained(world, first)).toEqual({
        kinds: [],
        ahead: 0,
        words: "It runs step 1 of 2: freeze.",
      });
      expect(await explained(world, second)).toMatchObject({
        words: `It waits: 1 operation must finish first (${first.id}); the destroy pool runs 1 of 1.`,
      });
      expect(await explained(world, provision)).toEqual({
        ...{ kinds: ["destroys-first"], ahead: 0 },
        words:
          "It waits: destroys go first: 1 running, 0 ready; one provision starts anyway in 60 s.",
      });
      world.letGo("freeze");
      await world.quiet();
      const next = await world.provision("b");
      const last = await world.provision("c");
      expect(await explained(world, last)).toEqual({
        ...{ kinds: ["lane-full", "queue"], ahead: 1 },
        words:
          "It waits: the provision lane runs 1 of 1; 1 operation of the provision lane is ahead.",
      });
      world.letGo("make");
      await world.quiet();
      expect(await explained(world, next)).toMatchObject({
        words: "It waits: the setup pool runs 1 of 1.",
      });
      const tooMany = await world.provision("d");
      await world.quiet();
      expect(await explained(world, tooMany)).toMatchObject({
        words: "It waits: its owner has 3 of 3 thopters.",
      });
      await world.engine.pause("provision");
      expect(await explained(world, tooMany)).toMatchObject({ kinds: ["paused", "quota"] });
      expect(await explained(world, second)).toMatchObject({ words: "It has succeeded." });
      expect(await refusal(world.engine.explain("nix"))).toMatch(/^not_found: /);
    });

    it("names a full fleet, and a hub that stops", async () => {
      const world = await createWorld(openHost, { ready: ["old"], limits: { thopters: 1 } });
      await world.reopen();
      const provision = await world.provision("a");
      await world.quiet();
      expect(await explained(world, provision)).toMatchObject({
        words: "It waits: the fleet is full: 1 of 1 thopters.",
      });
      await world.engine.drain(0);
      expect(await explained(world, provision)).toMatchObject({ kinds: ["draining", "capacity"] });
      expect(await world.engine.status()).toMatchObject({ draining: true });
    });

    it("estimates the start from what it took lately, where only its lane holds it back", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b", "c", "d"] });
      world.hold("remove");
      await world.destroy("a");
      await world.clock.advance(4000);
      world.heldAt("a", "remove").finish();
      await world.quiet();
      const [, , third] = [
        ...[await world.destroy("b"), await world.destroy("c"), await world.destroy("d")],
      ];
      await world.quiet();
      expect(await world.engine.explain(third!.id)).toMatchObject({ startsInMs: 4000 });
      await world.engine.pause("destroy");
      expect(await world.engine.explain(third!.id)).not.toHaveProperty("startsInMs");
    });
  });

  describe("the state", () => {
    it("counts what runs and waits in each lane", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b", "c"] });
      world.hold("freeze");
      for (const name of ["a", "b", "c"]) await world.destroy(name);
      await world.provision("x");
      await world.quiet();
      expect(await world.engine.status()).toEqual({
        lanes: [
          { lane: "destroy", running: 2, queued: 1, limit: 2, paused: false },
          { lane: "provision", running: 0, queued: 1, limit: 1, paused: false },
          { lane: "setup", running: 0, queued: 0, limit: 2, paused: false },
        ],
        thopters: { used: 3, limit: 20 },
        ...{ draining: false, accepting: true, breakers: [] },
      });
    });

    it("has the living thopters, oldest first", async () => {
      const world = await createWorld(openHost, { ready: ["b", "a", "c"] });
      await world.destroy("a");
      await world.quiet();
      expect((await world.engine.thopters()).map(({ name }) => name)).toEqual(["b", "c"]);
      await world.reopen();
      expect((await world.engine.thopters()).map(({ name }) => name)).toEqual(["b", "c"]);
    });
  });

  describe("a pause", () => {
    it("of provisions stops no destroy and outlives a restart, until it is lifted", async () => {
      const world = await createWorld(openHost, { ready: ["old"] });
      await world.engine.pause("provision");
      const provision = await world.provision("a");
      const destroy = await world.destroy("old");
      await world.quiet();
      expect(await world.statusOf(destroy)).toBe("succeeded");
      await world.reopen();
      await world.clock.advance(120_000);
      expect(await world.statusOf(provision)).toBe("queued in provision");
      await world.engine.resume("provision");
      await world.reopen();
      expect(await world.statusOf(provision)).toBe("succeeded");
    });

    it("of one lane leaves another as it is, even asked for at the same time", async () => {
      const world = await createWorld(openHost);
      await Promise.all([world.engine.pause("destroy"), world.engine.pause("provision")]);
      await world.engine.resume("provision");
      await world.reopen();
      const { lanes } = await world.engine.status();
      expect(lanes.map(({ paused }) => paused)).toEqual([true, false, false]);
      await world.engine.pause("all");
      const all = (await world.engine.status()).lanes;
      expect(all.map(({ paused }) => paused)).toEqual([true, true, true]);
    });

    it("lets what has left its lane go on in the setup pool", async () => {
      const world = await createWorld(openHost);
      world.hold("clone");
      const provision = await world.provision("a");
      await world.quiet();
      await world.engine.pause("provision");
      world.letGo("clone");
      await world.quiet();
      expect(await world.statusOf(provision)).toBe("succeeded");
    });
  });

  describe("a watch", () => {
    it("sees each record in the order of its versions, and only what is on disk", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      const { seen, stop } = watch(world);
      await world.provision("x");
      await world.destroy("a");
      await world.quiet();
      await stop();
      expect(seen.length).toBeGreaterThan(6);
      const versions = new Map<string, number>();
      for (const { kind, record } of seen) {
        const before = versions.get(record.id) ?? record.version - 1;
        expect(record.version, `${kind} ${record.id}`).toBe(before + 1);
        versions.set(record.id, record.version);
      }
      for (const { id, version } of await world.host.store.list("operation")) {
        expect(versions.get(id)).toBe(version);
      }
    });

    it("shows nothing that was refused, and nothing but the engine's records", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      const { seen, stop } = watch(world);
      await world.host.store.commit([setting(1)]);
      const refused = world.engine.submit([askDestroy(world, "a")], () => [setting(1)]);
      await expect(refused).rejects.toThrow(StaleWriteError);
      await world.quiet();
      await stop();
      expect(seen).toEqual([]);
    });

    it("ends when it is told to, in the middle of what it has", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b"] });
      const controller = new AbortController();
      const changes = world.engine.watch(controller.signal);
      await world.engine.submit([askDestroy(world, "a"), askDestroy(world, "b")]);
      await world.quiet();
      let count = 0;
      for await (const change of changes) {
        count += change.record.version > 0 ? 1 : 0;
        controller.abort();
      }
      expect(count).toBe(1);
      for await (const change of world.engine.watch(controller.signal))
        throw new Error(change.kind);
    });
  });

  describe("a list", () => {
    it("has the newest first, in pages, of what is asked for", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b", "c"] });
      const ids: string[] = [];
      for (const name of ["a", "b", "c"]) ids.push((await world.destroy(name)).id);
      await world.quiet();
      await world.engine.pause("all");
      for (const name of ["x", "y", "z"]) ids.push((await world.provision(name)).id);
      ids.reverse();
      const listed = async (filter: Parameters<World["engine"]["list"]>[0]): Promise<string[]> =>
        (await world.engine.list(filter)).map(({ id }) => id);
      expect(await listed({})).toEqual(ids);
      expect(await listed({ limit: 2 })).toEqual(ids.slice(0, 2));
      expect(await listed({ limit: 2, before: ids[1]! })).toEqual(ids.slice(2, 4));
      expect(await listed({ status: ["queued"] })).toEqual(ids.slice(0, 3));
      expect(await listed({ status: ["queued"], limit: 1, before: ids[0]! })).toEqual([ids[1]]);
      expect(await listed({ status: ["succeeded", "failed"] })).toEqual(ids.slice(3));
      expect(await listed({ thopterId: world.idOf("b") })).toEqual([ids[4]]);
      expect(await listed({ status: ["running"] })).toEqual([]);
    });

    it("has nothing that is not on disk yet", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      await world.host.store.commit([setting(1)]);
      const refused = world.engine.submit([askDestroy(world, "a")], () => [setting(1)]);
      expect(await world.engine.list({ status: ["queued", "running"] })).toEqual([]);
      await expect(refused).rejects.toThrow(StaleWriteError);
    });
  });

  it("What is finished stays as it is", async () => {
    const world = await createWorld(openHost, { ready: ["a"] });
    const done = await world.destroy("a");
    await world.quiet();
    const before = await world.engine.get(done.id);
    const by = { actor: ann, reason: "late" };
    expect(await refusal(world.engine.cancel(done.id, by))).toMatch(
      /^conflict: .*over already \(succeeded\)/,
    );
    expect(await refusal(world.destroy("a"))).toMatch(/^not_found: /);
    const again = world.engine.retry(done.id, { actor: ann, front: "cli" });
    expect(await refusal(again)).toMatch(/^conflict: /);
    await world.reopen();
    expect(await world.engine.get(done.id)).toEqual(before);
  });
}

const one = { destroy: 1, provision: 1, setup: 1 };
