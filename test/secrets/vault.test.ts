import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { createVault } from "../../src/secrets/vault.ts";

const key = randomBytes(32);

it("a sealed secret comes back whole, and is never sealed the same way twice", () => {
  const vault = createVault(key, "identity default");
  const [one, two] = [vault.seal("sk-ant-é\n"), vault.seal("sk-ant-é\n")];
  expect(one).not.toBe(two);
  expect(one).not.toContain("sk-ant");
  expect(createVault(key, "identity default").unseal(one)).toBe("sk-ant-é\n");
  expect(vault.unseal(vault.seal(""))).toBe("");
});

it.each([
  ["another key", randomBytes(32), "identity default"],
  ["another purpose", key, "identity other"],
])("a secret is not read with %s", (_name, otherKey, purpose) => {
  const sealed = createVault(key, "identity default").seal("secret");
  expect(() => createVault(otherKey, purpose).unseal(sealed)).toThrow(UserError);
});

it("a secret that was changed or cut is refused", () => {
  const vault = createVault(key, "identity default");
  const bytes = Buffer.from(vault.seal("secret"), "base64");
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  expect(() => vault.unseal(bytes.toString("base64"))).toThrow("vault-key");
  for (const cut of ["", "AAAA", bytes.subarray(0, 20).toString("base64")]) {
    expect(() => vault.unseal(cut)).toThrow(UserError);
  }
});
