import { describe, expect, it } from "vitest";
import { codexText } from "../../src/agents/codex-text.ts";

describe("a text for Codex", () => {
  it.each([
    ["/clear", " /clear"],
    ["\u001b[31m!ls", " !ls"],
    ["a /b !c", "a /b !c"],
    ["see @src", "see @src "],
    ["$skill", "$skill "],
    ["it costs $5, me@example", "it costs $5, me@example"],
    ["one\n two", "one\n two"],
  ])("%j becomes %j", (text, heard) => {
    expect(codexText({ text, raw: false })).toBe(heard);
  });

  it("stays as it is when it is raw, without control characters", () => {
    expect(codexText({ text: "/clear\u0003", raw: true })).toBe("/clear");
  });
});
