import { describe, expect, it } from "vitest";
import { ProviderError, StaleWriteError } from "../../../src/core/errors.ts";
import type { Submitted } from "../../../src/core/ports/engine.ts";
import type { Write } from "../../../src/core/ports/store.ts";
import type { OpenHost } from "./host.ts";
import {
  askDestroy,
  askProvision,
  createWorld,
  makeThopter,
  records,
  refusal,
  setting,
} from "./world.ts";

export function describeRequests(openHost: OpenHost): void {
  describe("a request that was made before", () => {
    it("is answered with the first operation by its key, even after a restart", async () => {
      const world = await createWorld(openHost);
      const first = await world.provision("a", { key: "k" });
      await world.quiet();
      const again = askProvision(world, "b", { key: "k", fingerprint: "a" });
      expect(await world.engine.submit([again])).toMatchObject([
        { outcome: "repeated", operation: { id: first.id, status: "succeeded" } },
      ]);
      await world.reopen();
      expect(await world.engine.submit([again])).toMatchObject([{ operation: { id: first.id } }]);
      expect(await refusal(world.provision("b", { key: "k" }))).toMatch(/^conflict: .*"k"/);
      expect(await world.thopter("b")).toBeUndefined();
      await world.destroy("a");
      await world.quiet();
      await world.reopen();
      expect(await world.engine.submit([again])).toMatchObject([{ operation: { id: first.id } }]);
    });

    it("is answered by its thopter's name when it has ended and the hub starts again", async () => {
      const world = await createWorld(openHost);
      const first = await world.provision("a");
      await world.quiet();
      await world.reopen();
      const again = askProvision(world, "a", {
        thopter: makeThopter(world, "a", { id: "other" }),
      });
      expect(await world.engine.submit([again])).toMatchObject([
        { outcome: "repeated", operation: { id: first.id, status: "succeeded" } },
      ]);
    });

    it("is answered with the first operation by its thopter's name", async () => {
      const world = await createWorld(openHost);
      const first = await world.provision("a");
      const again = askProvision(world, "a", {
        thopter: makeThopter(world, "a", { id: "other" }),
      });
      const [submitted] = await world.engine.submit([again]);
      expect(submitted).toMatchObject({ outcome: "repeated", operation: { id: first.id } });
      const taken = world.engine.submit([{ ...again, fingerprint: "else" }]);
      expect(await refusal(taken)).toMatch(/^conflict: .*"a"/);
    });

    it("is not answered before the first is on disk, nor with one that never was", async () => {
      const world = await createWorld(openHost);
      await world.host.store.commit([setting(1)]);
      const ask = askProvision(world, "a", { key: "k" });
      const first = world.engine.submit([ask], () => [setting(1)]);
      const second = world.engine.submit([ask]);
      await expect(first).rejects.toThrow(StaleWriteError);
      const [{ operation, outcome }] = (await second) as [Submitted];
      expect(outcome).toBe("new");
      expect(await world.host.store.get("operation", operation.id)).toMatchObject({
        id: operation.id,
      });
      await world.quiet();
      expect(await world.statusOf(operation)).toBe("succeeded");
    });
  });

  describe("a second destroy", () => {
    it("joins the first one, whether it is queued or runs", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      await world.engine.pause("destroy");
      const first = await world.destroy("a");
      expect(await world.engine.submit([askDestroy(world, "a")])).toMatchObject([
        { outcome: "joined", operation: { id: first.id } },
      ]);
      world.hold("freeze");
      await world.engine.resume("destroy");
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      // It has just begun: what is answered of it is on disk.
      const [joined] = await world.engine.submit([askDestroy(world, "a")]);
      const stored = await world.host.store.get("operation", first.id);
      expect(stored?.version).toBeGreaterThanOrEqual(joined!.operation.version);
      await world.quiet();
      expect(await world.destroy("a", { force: true })).toMatchObject({
        id: first.id,
        force: false,
      });
      world.letGo("freeze");
      await world.quiet();
      expect(world.done).toEqual(["a:freeze", "a:remove"]);
    });

    it("raises its priority, upgrades it to force, and ends its backoff", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b", "c"], limits: { lanes: one } });
      await world.engine.pause("destroy");
      for (const name of ["a", "b", "c"]) await world.destroy(name);
      const approved = { ownerId: "ann", unsaved: true };
      await world.destroy("c", { priority: "high" });
      await world.destroy("c", { force: true, approvalId: "yes", approved });
      expect(await world.destroyOf("c")).toMatchObject({ priority: "high", force: true, approved });
      world.failNext("freeze", transient());
      await world.engine.resume("destroy");
      await world.quiet();
      expect(world.begun).toEqual(["c:freeze", "a:freeze", "a:remove", "b:freeze", "b:remove"]);
      await world.destroy("c");
      await world.quiet();
      expect(world.done.at(-1)).toBe("c:remove");
    });

    it("is one of twenty that are asked for at the same time, each with a decision of its own", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      const clicks = Array.from({ length: 20 }, (_, click) =>
        world.engine.submit([askDestroy(world, "a", click > 9 ? { force: true } : {})], () => [
          setting(1),
        ]),
      );
      const results = await Promise.allSettled(clicks);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      await world.quiet();
      const operations = await world.host.store.list("operation");
      expect(operations).toMatchObject([{ status: "succeeded", force: false }]);
      expect(world.done).toEqual(["a:freeze", "a:remove"]);
      expect(world.errors).toEqual([]);
    });

    it("comes behind what the engine has still to write of the first", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b"] });
      world.hold("freeze");
      const { id } = await world.destroy("a");
      await world.quiet();
      const other = world.destroy("b");
      world.heldAt("a", "freeze").fail(transient());
      // Until it is queued again, while the other request is being written.
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      await world.destroy("a", { force: true });
      await other;
      await world.quiet();
      expect(await world.engine.get(id)).toMatchObject({ attempts: 1, force: true });
      expect(world.errors).toEqual([]);
    });

    it("stands by itself where the first was refused in the end", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      await world.host.store.commit([setting(1)]);
      const first = world.engine.submit([askDestroy(world, "a")], () => [setting(1)]);
      const second = world.destroy("a", { priority: "high" });
      await expect(first).rejects.toThrow(StaleWriteError);
      await second;
      await world.quiet();
      expect(await world.destroyOf("a")).toMatchObject({ status: "succeeded" });
      expect(world.errors).toEqual([]);
    });
  });

  describe("a bulk request", () => {
    it("is accepted whole or refused whole", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b"] });
      const before = await records(world);
      const asked = [askDestroy(world, "a"), askProvision(world, "x"), askDestroy(world, "nix")];
      expect(await refusal(world.engine.submit(asked))).toMatch(/^not_found: /);
      await world.quiet();
      expect(await records(world)).toEqual(before);
      const both = await world.engine.submit([askDestroy(world, "a"), askDestroy(world, "b")]);
      await world.quiet();
      for (const { operation } of both) expect(await world.statusOf(operation)).toBe("succeeded");
    });

    it("becomes durable in one commit with the writes alongside, which see its operations", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b"] });
      const commits: (readonly Write[])[] = [];
      world.host.store.watch((writes) => commits.push(writes));
      const asked = [askDestroy(world, "a"), askDestroy(world, "b")];
      const submitted = await world.engine.submit(asked, (made) => [
        { kind: "setting", record: { id: "beside", version: 1, value: made[1]!.operation.id } },
      ]);
      expect(commits[0]?.map(({ kind }) => kind)).toEqual(["operation", "operation", "setting"]);
      expect((await world.host.store.get("setting", "beside"))?.value).toBe(
        submitted[1]?.operation.id,
      );
    });

    it("is undone wholly when a write alongside is stale or cannot be made", async () => {
      const world = await createWorld(openHost, { ready: ["a", "b"] });
      await world.host.store.commit([setting(1)]);
      await world.engine.pause("all");
      await world.provision("p");
      await world.destroy("b", { priority: "low" });
      const before = await records(world);
      const asked = [
        ...[askDestroy(world, "a"), askDestroy(world, "b", { force: true, priority: "high" })],
        ...[askDestroy(world, "p"), askProvision(world, "x", { key: "k" })],
      ];
      await expect(world.engine.submit(asked, () => [setting(1)])).rejects.toThrow(StaleWriteError);
      const failing = (): never => {
        throw new Error("no");
      };
      await expect(world.engine.submit(asked, failing)).rejects.toThrow("no");
      await world.quiet();
      expect(await records(world)).toEqual(before);
      expect((await world.engine.status()).lanes).toMatchObject([
        { lane: "destroy", queued: 1 },
        { lane: "provision", queued: 1 },
        { lane: "setup", queued: 0 },
      ]);
      await world.engine.resume("all");
      await world.quiet();
      expect(await world.destroyOf("b")).toMatchObject({ status: "succeeded", force: false });
      expect(await world.thopter("a")).toMatchObject({ status: "ready" });
      expect(await world.thopter("p")).toMatchObject({ status: "ready" });
      await world.provision("x", { key: "k", fingerprint: "other" });
      expect(world.errors).toEqual([]);
    });

    it("may name a thopter twice, and destroy what it makes", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      const asked = [askDestroy(world, "a"), askDestroy(world, "a", { force: true })];
      const more = [askProvision(world, "x"), askDestroy(world, "x")];
      const submitted = await world.engine.submit([...asked, ...more]);
      expect(submitted.map(({ outcome }) => outcome)).toEqual(["new", "joined", "new", "new"]);
      await world.quiet();
      expect(await world.destroyOf("a")).toMatchObject({ status: "succeeded", force: true });
      expect(await world.statusOf(submitted[2]!.operation)).toBe("canceled");
      expect(await world.engine.thopters()).toEqual([]);
    });

    it("of nothing but writes alongside makes those", async () => {
      const world = await createWorld(openHost);
      expect(await world.engine.submit([], () => [setting(1)])).toEqual([]);
      expect(await world.host.store.get("setting", "beside")).toMatchObject({ version: 1 });
    });
  });

  describe("a change of a thopter", () => {
    it("is answered once it is on disk, and refused where there is no such thopter", async () => {
      const world = await createWorld(openHost, { ready: ["a"] });
      const id = world.idOf("a");
      await world.engine.amend(id, ({ labels }) => ({ labels: [...labels, "x"] }));
      expect(await world.thopter("a")).toMatchObject({ labels: ["x"], version: 2 });
      await world.engine.amend(id, () => undefined);
      expect(await world.thopter("a")).toMatchObject({ version: 2 });
      expect(await refusal(world.engine.amend("nix", () => ({})))).toMatch(/^not_found: /);
    });
  });
}

const one = { destroy: 1, provision: 1, setup: 1 };

function transient(): Error {
  return new ProviderError("the provider hiccups", { kind: "transient" });
}
