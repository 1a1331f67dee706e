import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../src/core/nearest.ts";

describe("the distance of two words", () => {
  it("counts changed, missing, added and swapped letters", () => {
    expect(editDistance("destroy", "destroy")).toBe(0);
    expect(editDistance("destory", "destroy")).toBe(1);
    expect(editDistance("destry", "destroy")).toBe(1);
    expect(editDistance("destroyy", "destroy")).toBe(1);
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("", "abc")).toBe(3);
  });

  it("is the same both ways, and nothing for the same word alone", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});

describe("the nearest of some words", () => {
  it("is the one with the fewest differences, if they are few", () => {
    expect(nearest("stats", ["status", "list"])).toBe("status");
    expect(nearest("screan", ["screen", "resume"])).toBe("screen");
    expect(nearest("elephant", ["status", "list"])).toBeUndefined();
    expect(nearest("x".repeat(100_000), ["status"])).toBeUndefined();
  });
});
