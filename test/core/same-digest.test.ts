import { expect, it } from "vitest";
import { isSameDigest } from "../../src/core/same-digest.ts";

it("digests are the same when every sign is, and there are as many", () => {
  expect(isSameDigest("a1b2", "a1b2")).toBe(true);
  for (const other of ["", "a1b", "a1b3", "b1b2", "a1b2c", "a1b2\0"]) {
    expect(isSameDigest("a1b2", other), other).toBe(false);
    expect(isSameDigest(other, "a1b2"), other).toBe(false);
  }
});
