import { describe, expect, it } from "vitest";
import type { OpenHost } from "./host.ts";
import { askDestroy, createWorld, makeThopter } from "./world.ts";
import type { World } from "./world.ts";

const many = ["a", "b", "c", "d", "e"];

function running(world: World, step: string): string[] {
  return world.held.flatMap(({ name }) => (name.endsWith(`:${step}`) ? name.split(":")[0]! : []));
}

export function describeLanes(openHost: OpenHost): void {
  describe("the lanes", () => {
    it("run as many destroys as the pool is large, and the next when one has ended", async () => {
      const world = await createWorld(openHost, { ready: many });
      world.hold("remove");
      for (const name of many) await world.destroy(name);
      await world.quiet();
      expect(running(world, "remove")).toEqual(["a", "b"]);
      world.heldAt("b", "remove").finish();
      await world.quiet();
      expect(running(world, "remove")).toEqual(["a", "c"]);
      world.letGo("remove");
      await world.quiet();
      expect(await world.engine.thopters()).toEqual([]);
    });

    it("run one provision at a time until its files are in place, then hand it to the setup pool", async () => {
      const world = await createWorld(openHost);
      world.hold(["context", "launch"]);
      const made = [];
      for (const name of many) made.push(await world.provision(name));
      for (const name of ["a", "b", "c"]) {
        await world.quiet();
        expect(running(world, "context")).toEqual([name]);
        world.heldAt(name, "context").finish();
      }
      await world.quiet();
      expect(running(world, "context")).toEqual(["d"]);
      expect(running(world, "launch")).toEqual(["a", "b"]);
      expect(await world.statusOf(made[2]!)).toBe("queued in setup");
      expect(await world.statusOf(made[4]!)).toBe("queued in provision");
      world.letGo("launch");
      world.letGo("context");
      await world.quiet();
      for (const operation of made) expect(await world.statusOf(operation)).toBe("succeeded");
    });

    it("run steps together that wait for the same one, and no step before those it waits for", async () => {
      const world = await createWorld(openHost, {
        // Not in the order in which they can run.
        steps: ({ step }) => [
          step(["provision", "provision", "last"], { after: ["left", "right"] }),
          step(["provision", "provision", "left"], { after: ["first"] }),
          step(["provision", "provision", "right"], { after: ["first"] }),
          step(["provision", "provision", "first"]),
        ],
      });
      world.hold(["first", "left", "right"]);
      await world.provision("a");
      await world.quiet();
      expect(world.begun).toEqual(["a:first"]);
      world.letGo("first");
      await world.quiet();
      expect(world.begun).toEqual(["a:first", "a:left", "a:right"]);
      world.letGo("left");
      await world.quiet();
      expect(world.begun).not.toContain("a:last");
      world.letGo("right");
      await world.quiet();
      expect(world.done.at(-1)).toBe("a:last");
    });

    it("start a destroy at once while a provision runs", async () => {
      const world = await createWorld(openHost, { ready: ["old"] });
      world.hold(["make", "remove"]);
      await world.provision("new");
      await world.quiet();
      await world.destroy("old");
      await world.quiet();
      expect(world.held.map(({ name }) => name)).toEqual(["new:make", "old:remove"]);
    });

    it("start no provision while a destroy runs or is ready", async () => {
      const world = await createWorld(openHost, { ready: ["old"] });
      world.hold("remove");
      await world.destroy("old");
      const provision = await world.provision("new");
      await world.clock.advance(59_999);
      expect(await world.statusOf(provision)).toBe("queued in provision");
      world.letGo("remove");
      await world.quiet();
      expect(await world.statusOf(provision)).toBe("succeeded");
    });

    it("start one provision after the longest wait, and count anew for the next", async () => {
      const world = await createWorld(openHost, { ready: many });
      world.hold(["remove", "launch"]);
      for (const name of many) await world.destroy(name);
      const [first, second] = [await world.provision("x"), await world.provision("y")];
      await world.clock.advance(59_999);
      expect(await world.statusOf(first)).toBe("queued in provision");
      await world.clock.advance(1);
      expect(running(world, "launch")).toEqual(["x"]);
      expect(await world.statusOf(second)).toBe("queued in provision");
      await world.clock.advance(60_000);
      expect(running(world, "launch")).toEqual(["x", "y"]);
    });

    it("take the more urgent first, and of equals the one that was asked for first", async () => {
      const world = await createWorld(openHost, { ready: many, limits: { lanes: one } });
      world.hold("freeze");
      await world.destroy("a");
      await world.destroy("b", { priority: "low" });
      await world.destroy("c");
      await world.destroy("d");
      await world.destroy("e", { priority: "urgent" });
      world.letGo("freeze");
      await world.quiet();
      const order = world.done.filter((name) => name.endsWith("remove"));
      expect(order).toEqual(["a:remove", "e:remove", "c:remove", "d:remove", "b:remove"]);
    });
  });

  describe("what waits for other operations", () => {
    it("starts when they have ended, however they did", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b", "c"] });
      world.hold("freeze");
      const first = await world.destroy("a");
      const second = await world.destroy("b");
      const last = await world.destroy("c", { after: [first.id, second.id] });
      await world.quiet();
      expect(running(world, "freeze")).toEqual(["a", "b"]);
      world.heldAt("a", "freeze").fail(new Error("broken"));
      await world.quiet();
      expect(await world.statusOf(last)).toBe("queued in destroy");
      await world.engine.cancel(second.id, { actor: first.actor, reason: "enough" });
      await world.quiet();
      expect(running(world, "freeze")).toEqual(["c"]);
    });

    it("starts at once when they ended before, and is refused when there is no such operation", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b"] });
      const first = await world.destroy("a");
      await world.quiet();
      const second = await world.destroy("b", { after: [first.id] });
      await world.quiet();
      expect(await world.statusOf(second)).toBe("succeeded");
      await expect(world.provision("x", { after: ["nix"] })).rejects.toThrow(/"nix"/);
    });

    it("lets every part of provisions go on when they are resumed, whatever was paused", async () => {
      const world = await createWorld(openHost);
      await world.engine.pause("all");
      const provision = await world.provision("a");
      await world.engine.resume("provision");
      await world.quiet();
      expect(await world.statusOf(provision)).toBe("succeeded");
      expect((await world.engine.status()).lanes).toMatchObject([
        { lane: "destroy", paused: true },
        { lane: "provision", paused: false },
        { lane: "setup", paused: false },
      ]);
    });

    it("does not start on an end that is not on disk yet", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b"] });
      world.hold("remove");
      const first = await world.destroy("a");
      await world.quiet();
      const asked = askDestroy(world, "b", { after: [first.id] });
      // The request is the last thing that is written; the end of the first one comes behind it.
      world.host.loseDisk(1);
      const [second] = await world.engine.submit([asked], () => {
        world.heldAt("a", "remove").finish();
        return [];
      });
      await world.quiet();
      expect(world.begun).not.toContain("b:freeze");
      world.letGo("remove");
      world.host.mendDisk();
      await world.clock.advance(1000);
      expect(await world.statusOf(second!.operation)).toBe("succeeded");
    });

    it("goes on when a queued provision that it waits for is superseded", async () => {
      const world = await createWorld(openHost);
      await world.engine.pause("provision");
      const provision = await world.provision("a");
      const next = await world.provision("b", { after: [provision.id] });
      await world.destroy("a");
      await world.engine.resume("provision");
      await world.quiet();
      expect(await world.statusOf(next)).toBe("succeeded");
    });
  });

  describe("capacity", () => {
    it("is taken by the commit that starts a provision and given back when its thopter is gone", async () => {
      const world = await createWorld(openHost, { limits: { thopters: 1 } });
      world.hold(["make", "remove"]);
      const first = await world.provision("a");
      const second = await world.provision("b");
      await world.quiet();
      expect(await world.engine.status()).toMatchObject({ thopters: { used: 1, limit: 1 } });
      world.letGo("make");
      await world.quiet();
      expect(await world.statusOf(first)).toBe("succeeded");
      expect(await world.statusOf(second)).toBe("queued in provision");
      await world.destroy("a");
      await world.quiet();
      expect(await world.statusOf(second)).toBe("queued in provision");
      world.letGo("remove");
      await world.quiet();
      expect(await world.statusOf(second)).toBe("succeeded");
      expect((await world.engine.status()).thopters.used).toBe(1);
    });

    it("is kept by a failure that was kept, and by a destroy that failed", async () => {
      const world = await createWorld(openHost);
      const broken = new Error("broken");
      world.failNext("make", broken);
      const kept = { keepOnFailure: true };
      await world.provision("a", { thopter: { ...makeThopter(world, "a"), ...kept } });
      await world.quiet();
      expect(await world.thopter("a")).toMatchObject({ status: "failed" });
      world.failNext("freeze", broken);
      await world.destroy("a");
      await world.quiet();
      expect((await world.engine.status()).thopters.used).toBe(1);
      await world.reopen();
      expect((await world.engine.status()).thopters.used).toBe(1);
      await world.destroy("a");
      await world.quiet();
      expect((await world.engine.status()).thopters.used).toBe(0);
    });

    it("does not count what was never made, before and after a restart", async () => {
      const world = await createWorld(openHost);
      await world.engine.pause("provision");
      await world.provision("a");
      world.failNext("freeze", new Error("broken"));
      await world.destroy("a");
      await world.quiet();
      expect((await world.engine.status()).thopters.used).toBe(0);
      await world.reopen();
      expect((await world.engine.status()).thopters.used).toBe(0);
    });

    it("is not held by a failure that no machine was asked for", async () => {
      const world = await createWorld(openHost, {
        steps: ({ step }) => [step(["provision", "provision", "plan"])],
      });
      world.failNext("plan", new Error("broken"));
      await world.provision("a", { thopter: makeThopter(world, "a", { keepOnFailure: true }) });
      await world.quiet();
      expect(await world.thopter("a")).toMatchObject({ status: "failed" });
      expect((await world.engine.status()).thopters.used).toBe(0);
      await world.reopen();
      expect((await world.engine.status()).thopters.used).toBe(0);
    });

    it("passes over a provision that only its owner's quota holds back", async () => {
      const world = await createWorld(openHost, { limits: { thoptersPerOwner: 1 } });
      await world.provision("a");
      const second = await world.provision("b");
      const other = { ...makeThopter(world, "c"), ownerId: "ben" };
      const third = await world.provision("c", { thopter: other });
      await world.quiet();
      expect(await world.statusOf(second)).toBe("queued in provision");
      expect(await world.statusOf(third)).toBe("succeeded");
      await world.destroy("a");
      await world.quiet();
      expect(await world.statusOf(second)).toBe("succeeded");
    });
  });
}

const one = { destroy: 1, provision: 1, setup: 1 };
