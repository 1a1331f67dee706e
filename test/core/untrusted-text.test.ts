import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { stripControls, untrustedText } from "../../src/core/untrusted-text.ts";

const roomy = { maxLength: 1_000 };
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "\u001b",
      "[",
      "]",
      "P",
      "\\",
      "\u0007",
      "\u009b",
      "\u009d",
      "\u009c",
      "3",
      "m",
    ),
    fc.constantFrom(
      "\r",
      "\n",
      "\t",
      "\u200d",
      "\u202e",
      "\u{e0041}",
      "🚁",
      "\ud83d",
      "\ude81",
      "é",
    ),
    fc.string({ unit: "binary", maxLength: 1 }),
  ),
});

describe("stripControls", () => {
  it.each([
    ["colours", "\u001b[1;31mred\u001b[0m", "red"],
    ["8-bit sequences", "\u009b31mred\u009b0m", "red"],
    [
      "titles and clipboard writes",
      "a\u001b]0;evil\u0007b\u001b]52;c;ZXZpbA==\u001b\\c\u009d0;x\u009cd",
      "abcd",
    ],
    ["device control strings", "a\u001bP1$r0m\u001b\\b\u001b_x\u001b\\c", "abc"],
    ["the end of a bracketed paste", "a\u001b[201~b", "ab"],
    ["single escapes", "\u001bca\u001b(0b\u001b=", "ab"],
    ["controls", "a\u0000b\u0007c\u0008d\u007fe\u0085f", "abcdef"],
  ])("removes %s", (_name, text, expected) => {
    expect(stripControls(text)).toBe(expected);
  });

  it("hides nothing behind a sequence that never ends", () => {
    expect(stripControls("before \u001b]0;after")).toBe("before 0;after");
    expect(stripControls("before \u009dafter\nnext")).toBe("before after\nnext");
  });

  it("keeps newlines and tabs, and makes other line ends newlines", () => {
    expect(stripControls("a\tb\nc\r\nd\re")).toBe("a\tb\nc\nd\ne");
  });

  it("leaves other text as it is", () => {
    const text = "Grüße 世界 שלום 👩‍👩‍👧 e\u0301 ‏[31m $&";
    expect(stripControls(text)).toBe(text);
  });

  it("takes time in proportion to the text", () => {
    const hostile = ["\u001b]", "\u009d", "\u001b[", "\u001bP\u001b", "\u001b[1;"];
    const begunAt = performance.now();
    for (const part of hostile) stripControls(part.repeat(200_000));
    expect(performance.now() - begunAt).toBeLessThan(5_000);
  });
});

describe("untrustedText", () => {
  it("removes signs that reorder or hide", () => {
    const hidden =
      "a\u202eb\u2066c\u2069d\u200be\u200cf\u2060g\ufeffh\u00adi\u{e0041}j\u{e0101}k\u200dl\u061cm";
    expect(untrustedText(hidden, roomy)).toBe("abcdefghijklm");
  });

  it("keeps emoji that are joined, coloured or chosen", () => {
    const text = "👩‍👩‍👧 👩🏽‍💻 ❤️‍🔥 🏳️‍🌈";
    expect(untrustedText(text, roomy)).toBe(text);
  });

  it("makes every line end a newline", () => {
    expect(untrustedText("a\u2028b\u2029c\r\nd", roomy)).toBe("a\nb\nc\nd");
  });

  it("cuts at the end, or at the start, and says so", () => {
    expect(untrustedText("123456", { maxLength: 6 })).toBe("123456");
    expect(untrustedText("1234567", { maxLength: 6 })).toBe("12345…");
    expect(untrustedText("1234567", { maxLength: 6, keep: "end" })).toBe("…34567");
  });

  it("cuts no character in half", () => {
    expect(untrustedText("🚁🚁🚁", { maxLength: 4 })).toBe("🚁…");
    expect(untrustedText("🚁🚁🚁", { maxLength: 4, keep: "end" })).toBe("…🚁");
  });

  it("lets no control through, keeps its bound and finds nothing more to remove", () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (text, maxLength, end) => {
          const limits = { maxLength, keep: end ? ("end" as const) : ("start" as const) };
          const shown = untrustedText(text, limits);
          expect(shown).toMatch(/^[^\p{Cc}\p{Cs}]*(?:[\n\t][^\p{Cc}\p{Cs}]*)*$/u);
          expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u{e0000}-\u{e0fff}]/u);
          expect(shown.length).toBeLessThanOrEqual(maxLength);
          expect(untrustedText(shown, limits)).toBe(shown);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
