import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/core/actor.ts";
import { callers, minute, refusalOf, secret, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";

const { ann, ada, ben } = callers;
const signal = new AbortController().signal;
const size = { columns: 100, rows: 30 };

async function sitDown(rig: Rig, by: Caller = ann): Promise<string> {
  const { id } = await rig.fleet.attach(by, { thopter: "amber-falcon", ...size }, signal);
  return id;
}

async function rigWithOne(): Promise<Rig> {
  const rig = await startRig();
  await rig.provision(ann, { name: "amber-falcon" });
  return rig;
}

describe("a person at a terminal", () => {
  it("sees it in their own size, without what steers and without secrets, and types into it", async () => {
    const rig = await rigWithOne();
    const id = await sitDown(rig);
    rig.world.screen = `one\u001b]0;title\u0007\n\u001b[31m${secret}`;
    const look = { id, known: "x", columns: 120, rows: 40 };
    const picture = await rig.fleet.lookAtTerminal(ann, look, signal);
    expect(picture.lines).toEqual(["one", "[redacted]"]);
    const data = btoa("ls\r");
    expect(await rig.fleet.typeIntoTerminal(ann, { id, data }, signal)).toEqual({ typed: 3 });
    expect(rig.world.typed).toBe("ls\r");
    expect(await rig.fleet.detach(ann, id)).toEqual({ thopterName: "amber-falcon" });
    expect(rig.world.sizes).toEqual(["100x30", "120x40", "200x50"]);
    const lines = await rig.auditLines();
    expect(lines.slice(-2)).toEqual(["person:ann attach succeeded", "person:ann detach succeeded"]);
  });

  it("holds it alone: no other person's calls go by it, an admin's neither", async () => {
    const rig = await rigWithOne();
    const id = await sitDown(rig);
    for (const by of [ben, ada]) {
      expect(await refusalOf(rig.fleet.lookAtTerminal(by, { id, ...size }, signal))).toMatch(
        /^not_found/,
      );
      const typed = rig.fleet.typeIntoTerminal(by, { id, data: btoa("x") }, signal);
      expect(await refusalOf(typed)).toMatch(/^not_found/);
    }
    expect(rig.world.typed).toBe("");
  });

  it("is let go when they type nothing for half an hour, however much they look", async () => {
    const rig = await rigWithOne();
    const id = await sitDown(rig);
    for (let passed = 0; passed < 58; passed += 1) {
      await rig.clock.advance(minute / 2);
      await rig.fleet.lookAtTerminal(ann, { id, ...size }, signal);
    }
    await rig.fleet.typeIntoTerminal(ann, { id, data: btoa("x") }, signal);
    for (let passed = 0; passed < 59; passed += 1) {
      await rig.clock.advance(minute / 2);
      await rig.fleet.lookAtTerminal(ann, { id, ...size }, signal);
    }
    await rig.clock.advance(minute / 2);
    const look = rig.fleet.lookAtTerminal(ann, { id, ...size }, signal);
    expect(await refusalOf(look)).toMatch(/^not_found: Cannot go on at this terminal/);
    expect(rig.world.sizes.at(-1)).toBe("200x50");
  });

  it("who is gone without a word is let go after a minute, unless another sits there", async () => {
    const rig = await rigWithOne();
    await sitDown(rig);
    await rig.clock.advance(minute / 2);
    const second = await sitDown(rig, ada);
    await rig.clock.advance(minute / 2);
    expect(rig.world.sizes).toEqual(["100x30", "100x30"]);
    await rig.clock.advance(minute);
    expect(rig.world.sizes).toEqual(["100x30", "100x30", "200x50"]);
    const look = rig.fleet.lookAtTerminal(ada, { id: second, ...size }, signal);
    expect(await refusalOf(look)).toMatch(/^not_found/);
  });

  it("is refused where the thopter is no longer, and what they type is bounded", async () => {
    const rig = await rigWithOne();
    const id = await sitDown(rig);
    const type = (text: string) =>
      refusalOf(rig.fleet.typeIntoTerminal(ann, { id, data: btoa(text) }, signal));
    expect(await type("")).toMatch(/^invalid: Cannot type 0 bytes/);
    expect(await type("x".repeat(8193))).toMatch(/^invalid: Cannot type 8193 bytes/);
    await rig.fleet.destroy(ann, { thopters: ["amber-falcon"], reason: "x" });
    expect(await type("x")).toMatch(/^(not_found|conflict)/);
  });
});
