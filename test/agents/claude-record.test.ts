import { describe, expect, it } from "vitest";
import { parseClaudeLine } from "../../src/agents/claude-record.ts";

function said(text: string, patch: Record<string, unknown> = {}): string {
  return `${JSON.stringify({ type: "assistant", message: { content: text }, ...patch })}\n`;
}

describe("a line of Claude Code's own record", () => {
  it("says who said what, and when", () => {
    const line = {
      type: "user",
      timestamp: "2026-11-21T18:40:00.000Z",
      message: { role: "user", content: "hello" },
    };
    const at = Date.parse(line.timestamp);
    expect(parseClaudeLine(JSON.stringify(line))).toEqual([{ at, role: "person", text: "hello" }]);
  });

  it("says each tool in one short line, and what came of it", () => {
    const content = [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "I look" },
      { type: "tool_use", name: "Bash", input: { description: "list", command: "ls\n-l" } },
      { type: "tool_use", name: "Odd", input: { b: 1, a: { deep: true } } },
      { type: "tool_result", content: [{ type: "text", text: "a" }, { type: "image" }] },
      { type: "tool_result", content: "b\nc", is_error: true },
      { type: "image", source: {} },
    ];
    const entries = parseClaudeLine(JSON.stringify({ type: "assistant", message: { content } }));
    expect(entries.map(({ role, text }) => `${role}: ${text}`)).toEqual([
      "agent: I look",
      "tool: Bash: ls -l",
      "tool: Odd: b, a",
      "tool: → a",
      "tool: → b\nc",
    ]);
  });

  it.each([
    ["no JSON", "hello"],
    ["half a line", '{"type":"user","message":{"content":"he'],
    ["another kind", said("x", { type: "summary" })],
    ["what the program put in", said("x", { isMeta: true })],
    ["what a helper says", said("x", { isSidechain: true })],
    ["no content", '{"type":"user","message":{}}'],
    ["nothing", said(" \u001b[2J\n")],
    ["a list", "[]"],
    ["very deep JSON", `{"type":"user","message":{"content":${"[".repeat(100_000)}`],
  ])("is passed over when it is %s", (_what, line) => {
    expect(parseClaudeLine(line)).toEqual([]);
  });

  it("survives a tool's input of any depth", () => {
    const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
    const line = `{"type":"assistant","message":{"content":[{"type":"tool_use","name":"X","input":${deep}}]}}`;
    expect(parseClaudeLine(line)).toEqual([{ role: "tool", text: "X: a" }]);
  });

  it("has no control sequences left", () => {
    const [entry] = parseClaudeLine(said("a\u001b]52;c;aGk=\u0007\u001b[31mb\r\nc\u0000d"));
    expect(entry?.text).toBe("ab\ncd");
  });
});
