import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { localHarness, makeMachine, noIsolation, signal } from "./local-harness.ts";

const request = {
  name: "swift-heron",
  tags: { hub: "hub-1", thopter: "thopter-1", operation: "operation-1" },
};

describe("a create that was given up", () => {
  it("is seen by whoever looks for its machine while it still ends, so that a destroy takes it along", async () => {
    const { directory, provider } = localHarness(noIsolation());
    // A step that is canceled lets go of its create, which does not end for that.
    const made = provider.create(request, signal);
    await expect.poll(() => existsSync(join(directory, ".new")), { interval: 1 }).toBe(true);
    const found = await provider.list("hub-1", signal);
    expect(found).toMatchObject([{ tags: request.tags }]);
    for (const { id } of found) await provider.destroy(id, signal);
    await made;
    expect(await provider.list("hub-1", signal)).toEqual([]);
    expect(readdirSync(directory).filter((name) => !name.startsWith("."))).toEqual([]);
  });
});

describe("what a hub left that died", () => {
  it("in the middle of a create or a destroy goes with the next one's first look", async () => {
    const first = localHarness(noIsolation());
    const { id } = await makeMachine(first.provider);
    const [made, thrown] = [".new", ".trash"].map((place) => {
      const left = join(first.directory, place, "local-0123456789abcdef");
      mkdirSync(join(left, "home"), { recursive: true });
      writeFileSync(join(left, "home", "notes"), "unfinished");
      return left;
    });
    const next = first.reopen();
    expect(await next.list("hub-1", signal)).toMatchObject([{ id }]);
    expect([made, thrown].filter((left) => left !== undefined && existsSync(left))).toEqual([]);
  });

  it("is not taken for what this hub makes itself", async () => {
    const { provider } = localHarness(noIsolation());
    const machines = ["thopter-1", "thopter-2", "thopter-3"].map(async (thopter) => {
      const machine = await makeMachine(provider, thopter);
      await provider.list("hub-1", signal);
      return machine.id;
    });
    const ids = await Promise.all(machines);
    const found = await provider.list("hub-1", signal);
    expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });
});
