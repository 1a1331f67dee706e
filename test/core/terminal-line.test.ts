import { describe, expect, it } from "vitest";
import { terminalLines } from "../../src/core/terminal-line.ts";

const e = "\u001b[";
const keep = (text: string): string => text;

describe("a line of a terminal", () => {
  it("keeps its text and its colours", () => {
    const line = `plain ${e}1;38;5;9mred${e}0m ${e}38:2::1:2:3mrgb`;
    expect(terminalLines([line], keep)).toEqual([line]);
  });

  it("steers nothing else", () => {
    const hostile = [
      `a${e}2Jb${e}5;1Hc\u001b]0;title\u0007d\u001b]52;c;eA==\u0007e\u001bcf\u009b6ng`,
      "a\u202eb\u200bc\rd\u0008e",
      `${e}${"1;".repeat(100)}mlong`,
      `\u001bP$qm\u001b\\x\u001b_y\u001b\\z`,
    ];
    const lines = terminalLines(hostile, keep);
    expect(lines).toEqual(["abcdefg", "abc de", "long", "xz"]);
  });

  it("begins in the colours in which the one before ended", () => {
    const lines = [`${e}31ma`, "b", `c${e}1md`, "e", `${e}0mf`, "g"];
    expect(terminalLines(lines, keep)).toEqual([
      `${e}31ma`,
      `${e}31mb`,
      `${e}31mc${e}1md`,
      `${e}31m${e}1me`,
      `${e}31m${e}1m${e}0mf`,
      "g",
    ]);
    const many = Array.from({ length: 500 }, () => `${e}32mx`);
    expect(terminalLines(many, keep).at(-1)?.length).toBeLessThan(400);
  });

  it("draws in Unicode what was drawn in another set", () => {
    expect(terminalLines(["\u000elqk\u000flqk"], keep)).toEqual(["┌─┐lqk"]);
  });

  it("shows no secret, whatever its colours are", () => {
    const redact = (text: string): string => text.replaceAll("secret", "[redacted]");
    expect(terminalLines([`${e}31mse${e}0mcret ok`], redact)).toEqual(["[redacted] ok"]);
  });

  it("is bounded", () => {
    expect(terminalLines(["x".repeat(100_000)], keep)[0]?.length).toBeLessThanOrEqual(2000);
  });
});
