import { describe, expect, it } from "vitest";
import { StaleWriteError } from "../../../src/core/errors.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Write } from "../../../src/core/ports/store.ts";
import type { OpenHost } from "./host.ts";
import { ann, askDestroy, ben, createWorld, records, refusal, setting } from "./world.ts";

export function describeEnds(openHost: OpenHost): void {
  describe("a destroy of a thopter that is being made", () => {
    it("cancels a queued provision in the commit that accepts it", async () => {
      const world = await createWorld(openHost);
      await world.engine.pause("all");
      const provision = await world.provision("a");
      await world.destroy("a");
      expect(await world.statusOf(provision)).toBe("canceled");
      await world.engine.resume("all");
      await world.quiet();
      expect(world.done).toEqual(["a:freeze", "a:remove"]);
      expect(await world.thopter("a")).toMatchObject({ status: "gone" });
    });

    it("starts at once, and the provision lets go", async () => {
      const world = await createWorld(openHost);
      world.hold("clone");
      const provision = await world.provision("a");
      await world.quiet();
      const destroy = await world.destroy("a");
      await world.quiet();
      expect(await world.engine.get(provision.id)).toMatchObject({
        status: "canceled",
        cancelRequested: { reason: "its thopter is being destroyed" },
      });
      expect(await world.statusOf(destroy)).toBe("succeeded");
      expect((await world.engine.list()).map(({ id }) => id)).toEqual([destroy.id, provision.id]);
    });

    it("leaves it to go on when it fails before it has canceled the provision", async () => {
      const world = await createWorld(openHost, {
        steps: ({ step }) => [
          step(["provision", "provision", "clone"]),
          step(["destroy", "destroy", "check"]),
        ],
      });
      world.hold("clone");
      const provision = await world.provision("a");
      await world.quiet();
      world.failNext("check", new Error("no"));
      const destroy = await world.destroy("a");
      await world.quiet();
      expect(await world.statusOf(destroy)).toBe("failed");
      expect(await world.thopter("a")).toMatchObject({ status: "provisioning" });
      world.letGo("clone");
      await world.quiet();
      expect(await world.statusOf(provision)).toBe("succeeded");
      expect(await world.thopter("a")).toMatchObject({ status: "ready" });
    });

    it("abandons a step that ignores its abort, and refuses what it says later", async () => {
      const world = await createWorld(openHost, { options: { graceMs: 10_000 } });
      world.hold("make", { ignoresAbort: true });
      const provision = await world.provision("a");
      await world.quiet();
      const { context, finish } = world.heldAt("a", "make");
      const destroy = await world.destroy("a");
      await world.quiet();
      await world.clock.advance(9999);
      expect(context.signal.aborted).toBe(true);
      expect(await world.statusOf(destroy)).toBe("running");
      await world.clock.advance(1);
      expect(await world.statusOf(provision)).toBe("canceled");
      expect(await world.statusOf(destroy)).toBe("succeeded");
      const before = await records(world);
      finish({ thopter: { machineId: "late" }, writes: [setting(1)] });
      await expect(context.record({ machineId: "late" })).rejects.toThrow(StaleWriteError);
      expect(() => context.progress("late")).toThrow(StaleWriteError);
      await expect(context.supersedeProvision()).rejects.toThrow(StaleWriteError);
      await world.quiet();
      expect(await records(world)).toEqual(before);
      expect(await world.host.store.get("setting", "beside")).toBeUndefined();
    });

    it("leaves the provision alone while it cannot start", async () => {
      const world = await createWorld(openHost);
      await world.engine.pause("destroy");
      world.hold("make");
      const provision = await world.provision("a");
      await world.quiet();
      await world.destroy("a");
      world.letGo("make");
      await world.quiet();
      expect(await world.statusOf(provision)).toBe("succeeded");
      expect(await world.thopter("a")).toMatchObject({ status: "ready" });
      await world.engine.resume("destroy");
      await world.quiet();
      expect(await world.thopter("a")).toMatchObject({ status: "gone" });
    });
  });

  describe("a cancel", () => {
    const by = { actor: ben, reason: "not needed" };

    it("ends what is queued, and a thopter that was never begun is gone", async () => {
      const world = await createWorld(openHost);
      await world.engine.pause("provision");
      const { id } = await world.provision("a");
      expect(await world.engine.cancel(id, by)).toMatchObject({
        status: "canceled",
        cancelRequested: { by: by.actor, reason: by.reason },
      });
      await world.quiet();
      expect(await world.thopter("a")).toMatchObject({ status: "gone" });
      expect(await world.destroyOf("a")).toBeUndefined();
      expect(await refusal(world.engine.cancel(id, by))).toMatch(
        /^conflict: .*over already \(canceled\)/,
      );
      expect(await refusal(world.engine.cancel("nix", by))).toMatch(/^not_found: /);
    });

    it("stops what runs and destroys what was made, in the same commit", async () => {
      const world = await createWorld(openHost);
      world.hold("clone");
      const { id } = await world.provision("a");
      await world.quiet();
      await world.engine.pause("destroy");
      const commits: (readonly Write[])[] = [];
      world.host.store.watch((writes) => commits.push(writes));
      expect(await world.engine.cancel(id, by)).toMatchObject({ status: "canceled" });
      const last = commits.at(-1)?.map(({ record }) => record);
      const destroy = await world.destroyOf("a");
      expect(last).toContainEqual(destroy);
      expect(last).toContainEqual(await world.engine.get(id));
      expect(destroy).toMatchObject({
        actor: { kind: "system" },
        reason: "its provision was canceled",
      });
      await world.engine.resume("destroy");
      await world.quiet();
      expect(await world.thopter("a")).toMatchObject({ status: "gone" });
    });

    it("of a destroy gives its thopter back, and is refused once there is no return", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b"] });
      world.hold(["freeze", "remove"]);
      const { id } = await world.destroy("a");
      await world.quiet();
      expect(await world.thopter("a")).toMatchObject({ status: "destroying" });
      expect(await world.engine.cancel(id, by)).toMatchObject({ status: "canceled" });
      expect(await world.thopter("a")).toMatchObject({ status: "ready" });
      const other = await world.destroy("b");
      await world.quiet();
      world.letGo("freeze");
      await world.quiet();
      expect(await refusal(world.engine.cancel(other.id, by))).toMatch(/"remove" has begun/);
      world.letGo("remove");
      await world.quiet();
      expect(await world.statusOf(other)).toBe("succeeded");
    });

    it("of what a request is about to change waits until it is known whether it does", async () => {
      const world = await createWorld(openHost);
      await world.host.store.commit([setting(1)]);
      await world.engine.pause("all");
      const provision = await world.provision("a");
      let canceled: Promise<Operation> | undefined;
      const refused = world.engine.submit([askDestroy(world, "a")], () => {
        canceled = world.engine.cancel(provision.id, by);
        return [setting(1)];
      });
      await expect(refused).rejects.toThrow(StaleWriteError);
      expect(await canceled).toMatchObject({ status: "canceled", cancelRequested: { by: ben } });
      expect(world.errors).toEqual([]);
    });

    it("that is being written down lets no further step begin", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      world.hold("freeze");
      const { id } = await world.destroy("a");
      await world.quiet();
      const canceled = world.engine.cancel(id, by);
      world.heldAt("a", "freeze").finish();
      expect(await canceled).toMatchObject({ status: "canceled" });
      expect(world.begun).toEqual(["a:freeze"]);
      world.hold("make");
      const provision = await world.provision("b");
      await world.quiet();
      const stopped = world.engine.cancel(provision.id, by);
      world.heldAt("b", "make").finish();
      expect(await stopped).toMatchObject({ status: "canceled" });
      expect(world.begun.slice(0, 2)).toEqual(["a:freeze", "b:make"]);
      expect(world.begun).not.toContain("b:clone");
    });

    it("that was written down when the hub died is carried out, and nothing runs again", async () => {
      const world = await createWorld(openHost);
      world.hold("clone", { ignoresAbort: true });
      const { id } = await world.provision("a");
      await world.quiet();
      void world.engine.cancel(id, by);
      await world.quiet();
      // It does not have to wait for its turn.
      await world.engine.pause("provision");
      const begun = world.begun.length;
      await world.reopen();
      expect(await world.engine.get(id)).toMatchObject({ status: "canceled" });
      expect(world.begun.slice(begun)).toEqual(["a:freeze", "a:remove"]);
    });
  });

  describe("a retry", () => {
    it("makes a new operation for what failed or was canceled, and for nothing else", async () => {
      const world = await createWorld(openHost);
      world.failNext("make", new Error("broken"));
      const failed = await world.provision("a");
      await world.quiet();
      const again = await world.engine.retry(failed.id, { actor: ben, front: "mcp" });
      expect(again).toMatchObject({ retryOf: failed.id, actor: ben, front: "mcp", attempts: 0 });
      expect(again).toMatchObject({ thopterName: "a" });
      expect(again.thopterId).not.toBe(failed.thopterId);
      await world.quiet();
      expect(await world.statusOf(again)).toBe("succeeded");
      expect(await world.statusOf(failed)).toBe("failed");
      const refused = world.engine.retry(again.id, { actor: ben, front: "mcp" });
      expect(await refusal(refused)).toMatch(/^conflict: .*succeeded/);
    });

    it("of a destroy keeps its force, and two of them are one", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      world.failNext("freeze", new Error("broken"));
      const { id } = await world.destroy("a", { force: true });
      await world.quiet();
      await world.engine.pause("destroy");
      const again = await world.engine.retry(id, { actor: ann, front: "cli" });
      expect(again).toMatchObject({ kind: "destroy", force: true, retryOf: id });
      expect(await world.engine.retry(id, { actor: ann, front: "cli" })).toEqual(again);
    });

    it("of a provision asked for twice makes one thopter", async () => {
      const world = await createWorld(openHost);
      world.failNext("make", new Error("broken"));
      const { id } = await world.provision("a");
      await world.quiet();
      const twice = [1, 2].map(() => world.engine.retry(id, { actor: ann, front: "cli" }));
      const [first, second] = await Promise.all(twice);
      expect(second!.id).toBe(first!.id);
    });
  });
}
