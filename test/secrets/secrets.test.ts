import { expect, it } from "vitest";
import { newSecret } from "../../src/secrets/secrets.ts";

it("a secret can stand anywhere, at the start of a command line's word too", () => {
  const secrets = Array.from({ length: 2000 }, newSecret);
  expect(secrets.filter((one) => !/^[a-z0-9]{48}$/.test(one))).toEqual([]);
  expect(new Set(secrets).size).toBe(secrets.length);
});
