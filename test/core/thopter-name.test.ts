import { describe, expect, it } from "vitest";
import { chooseName, parseThopterName } from "../../src/core/thopter-name.ts";

describe("a chosen name", () => {
  it("is two words that can be asked for by hand as well", () => {
    for (const random of [0, 0.25, 0.5, 0.999_999]) {
      const name = chooseName(
        () => random,
        () => true,
      );
      expect(name).toMatch(/^[a-z]+-[a-z]+$/);
      expect(parseThopterName(name)).toBe(name);
    }
  });

  it("is free, with a number where every pair that came up is taken", () => {
    const taken = new Set<string>();
    for (let count = 0; count < 100; count += 1) {
      const name = chooseName(
        () => 0,
        (one) => !taken.has(one),
      );
      expect(taken.has(name)).toBe(false);
      expect(parseThopterName(name)).toBe(name);
      taken.add(name);
    }
    expect(taken).toContain("amber-albatross-100");
  });
});

describe("a name that someone gave", () => {
  it.each(["a", "otter", "calm-otter-2", "a1-b2-c3", "a".repeat(40)])("may be %s", (name) => {
    expect(parseThopterName(name)).toBe(name);
  });

  it.each([
    "",
    "-otter",
    "otter-",
    "calm--otter",
    "Otter",
    "2fast",
    "calm otter",
    "calm/otter",
    "../otter",
    ".",
    "otter.lock",
    "otter\n",
    "ott\u0435r",
    "ötter",
    "--force",
    "$(id)",
    "a".repeat(41),
  ])("is refused: %j", (name) => {
    expect(() => parseThopterName(name)).toThrow(/^Cannot name a thopter/);
  });

  it("is repeated without what would steer a terminal", () => {
    const message = messageOf(() => parseThopterName("\u001b[2Jotter\u202e"));
    expect(message).toContain('"otter"');
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("nothing was thrown");
}
