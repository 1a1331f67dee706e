import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../src/core/redact.ts";

const secret = `pa"ss\\wo rd/ü'<x>+(y)`;
const token = "tok-5f2d91c0/ab+cd";

const spellings: [string, (text: string) => string][] = [
  ["JSON", (text) => JSON.stringify(text).slice(1, -1)],
  ["JSON in JSON", (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3)],
  [
    "JSON of ASCII",
    (text) =>
      JSON.stringify(text)
        .slice(1, -1)
        .replaceAll("ü", String.raw`\u00fc`),
  ],
  ["JSON with slashes escaped", (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/")],
  ["an address", encodeURIComponent],
  [
    "an address in small letters",
    (text) => encodeURIComponent(text).replaceAll(/%[\dA-F]{2}/g, (hex) => hex.toLowerCase()),
  ],
  ["a form", (text) => new URLSearchParams({ a: text }).toString().slice(2)],
  ["base64", (text) => Buffer.from(text).toString("base64")],
  ["base64 for addresses", (text) => Buffer.from(text).toString("base64url")],
  ["base64 after a name", (text) => Buffer.from(`ann:${text}`).toString("base64")],
  ["base64 amid more", (text) => Buffer.from(`a=${text}\nb=c`).toString("base64")],
  ["hex", (text) => Buffer.from(text).toString("hex")],
];

describe("a secret is hidden", () => {
  it.each(spellings)("in %s", (_name, spell) => {
    for (const one of [secret, token]) {
      const spelled = spell(one);
      const clean = createRedactor([one])(`before ${spelled} after`);
      // Base64 shares its first and last signs with what stands beside it.
      expect(clean).toMatch(/^before \S{0,6}\[redacted\]\S{0,8} after$/);
    }
  });

  it("in base64 wherever it begins, and nothing of it can be decoded", () => {
    const text = fc.string({ unit: "binary-ascii", maxLength: 9 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const spelled = Buffer.from(before + token + after).toString("base64");
        const left = createRedactor([token])(spelled);
        expect(left).toContain("[redacted]");
        const decoded = left
          .split("[redacted]")
          .map((part) => Buffer.from(part, "base64").toString());
        for (const part of decoded) expect(part).not.toContain(token.slice(1, 6));
      }),
    );
  });

  it("with another that begins inside it, and neither leaves an end", () => {
    const redact = createRedactor(["abcdefgh", "efghijklmn", "mnopqrst"]);
    expect(redact("-abcdefghijklmnopqrst-")).toBe("-[redacted]-");
    expect(redact("abcdefghabcdefgh")).toBe("[redacted][redacted]");
    expect(redact("efghijklm abcdefg")).toBe("efghijklm abcdefg");
  });
});

it("finds the same, however many others there are", () => {
  const others = Array.from({ length: 3000 }, (_none, n) => `other-secret-${n}-${n * 7919}`);
  const redact = createRedactor([...others, token]);
  expect(redact(`a ${token} b ${others[17]} c`)).toBe("a [redacted] b [redacted] c");
});
