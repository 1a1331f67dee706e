import { describe, expect, it } from "vitest";
import { claudeText } from "../../src/agents/claude-keyboard.ts";

describe("a text for Claude Code", () => {
  it.each([
    ["/clear", "> /clear"],
    [" \u00a0\u2003/clear", "> /clear"],
    ["\n\n \t\n/clear", "> /clear"],
    ["\u001b[31m!ls", "> !ls"],
    ["a /b !c", "a /b !c"],
    ["back\\", "back\\ "],
    ["see @src", "see @src "],
    ["@src", "@src "],
    ["me@example", "me@example"],
    ["one\n two", "one\n two"],
  ])("%j becomes %j", (text, heard) => {
    expect(claudeText({ text, raw: false })).toBe(heard);
  });

  it("stays as it is when it is raw, without control characters", () => {
    expect(claudeText({ text: "/clear\u0003", raw: true })).toBe("/clear");
  });
});
