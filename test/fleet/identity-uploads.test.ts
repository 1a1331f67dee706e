import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { callers, refusalOf, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";

const { ann, ben } = callers;

/** A home that comes as slowly as the test likes. */
function slowHome(rig: Rig, by: Caller) {
  let finish = (): void => undefined;
  let fail = (_error: Error): void => undefined;
  const rest = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  async function* archive(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("a");
    await rest;
    yield Buffer.from("b");
  }
  const upload = rig.fleet.uploadHome(by, { archive: archive() });
  upload.catch(() => undefined);
  return { upload, finish, fail };
}

describe("homes that are on their way", () => {
  it("are taken as they come, and what received them is let go", async () => {
    const rig = await startRig();
    const slow = slowHome(rig, ann);
    slow.finish();
    expect((await slow.upload).digest).toBe("ab");
    expect(rig.keep.arrived).toBe(0);
    expect(rig.keep.staged.size).toBe(1);
  });

  it("make room when they break off", async () => {
    const rig = await startRig();
    for (let count = 0; count < 5; count += 1) {
      const slow = slowHome(rig, ann);
      slow.fail(new Error("the client has gone"));
      await expect(slow.upload).rejects.toThrow("the client has gone");
    }
    expect(rig.keep.staged.size).toBe(0);
    expect(rig.keep.arrived).toBe(0);
  });

  it("are two of a person at once, and keep nobody else from bringing theirs", async () => {
    const rig = await startRig();
    const slow = [slowHome(rig, ann), slowHome(rig, ann)];
    const third = rig.fleet.uploadHome(ann, { archive: Buffer.from("c") });
    expect(await refusalOf(third)).toBe(
      "full: Cannot take another home: 2 of yours are on their way. Try again in a few minutes; none waits longer than ten.",
    );
    await rig.fleet.uploadHome(ben, { archive: Buffer.from("d") });
    for (const one of slow) one.finish();
    await Promise.all(slow.map(({ upload }) => upload));
    await rig.fleet.uploadHome(ann, { archive: Buffer.from("e") });
  });

  it("are bounded in all, with those that wait for their identities", async () => {
    const rig = await startRig();
    const someone = (name: string): Caller => ({
      ...ann,
      actor: { kind: "person", personId: name },
    });
    for (let person = 0; person < 7; person += 1) {
      for (let count = 0; count < 3; count += 1) {
        if (person * 3 + count === 20) break;
        await rig.fleet.uploadHome(someone(`p${person}`), { archive: Buffer.from("x") });
      }
    }
    expect(rig.keep.staged.size).toBe(20);
    const one = (): Promise<unknown> => rig.fleet.uploadHome(ann, { archive: Buffer.from("y") });
    expect(await refusalOf(one())).toMatch(
      /^full: Cannot take another home: 20 are on their way or wait for their identities/,
    );
    await rig.clock.advance(10 * 60_000);
    await one();
  });
});
