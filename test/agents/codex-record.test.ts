import { describe, expect, it } from "vitest";
import { parseCodexLine } from "../../src/agents/codex-record.ts";

const timestamp = "2026-11-21T18:34:30.011Z";
const at = Date.parse(timestamp);

function line(payload: unknown): string {
  return JSON.stringify({ timestamp, ordinal: 3, type: "response_item", payload });
}

function user(text: string, kinds?: string[]): string {
  const content = [{ type: "input_text", text }];
  const marks = { internal_chat_message_metadata_passthrough: { content_item_kinds: kinds } };
  return line({ type: "message", role: "user", content, ...(kinds !== undefined && marks) });
}

describe("a line of Codex's record", () => {
  it("is what a person said", () => {
    const entry = { at, role: "person", text: "Do <it>" };
    expect(parseCodexLine(user("Do <it>", ["user.text"]))).toEqual([entry]);
    expect(parseCodexLine(user("<b>", ["user.text"]))).toEqual([{ ...entry, text: "<b>" }]);
    expect(parseCodexLine(user("Do <it>"))).toEqual([entry]);
  });

  it("is nothing where the program put it in", () => {
    const context = "<environment_context>\n  <cwd>/clone</cwd>";
    expect(parseCodexLine(user(context))).toEqual([]);
    expect(parseCodexLine(user("Plain", ["environment.context"]))).toEqual([]);
    expect(parseCodexLine(user("# AGENTS.md instructions for /clone"))).toEqual([]);
    const developer = { type: "message", role: "developer", content: [] };
    expect(parseCodexLine(line(developer))).toEqual([]);
  });

  it("is what the agent said, without control characters", () => {
    const content = [{ type: "output_text", text: "It is\u001b[31m done\n" }];
    expect(parseCodexLine(line({ type: "message", role: "assistant", content }))).toEqual([
      { at, role: "agent", text: "It is done" },
    ]);
  });

  it("is what a tool was asked, in one line, and what it said", () => {
    const call = { type: "custom_tool_call", name: "exec", input: "one\n  two" };
    expect(parseCodexLine(line(call))).toEqual([{ at, role: "tool", text: "exec: one two" }]);
    const older = { type: "function_call", name: "shell", arguments: '{"command":"ls"}' };
    expect(parseCodexLine(line(older))).toEqual([
      { at, role: "tool", text: 'shell: {"command":"ls"}' },
    ]);
    const said = { type: "custom_tool_call_output", output: [{ type: "input_text", text: "a" }] };
    expect(parseCodexLine(line(said))).toEqual([{ at, role: "tool", text: "→ a" }]);
    const words = { type: "function_call_output", output: "b" };
    expect(parseCodexLine(line(words))).toEqual([{ at, role: "tool", text: "→ b" }]);
  });

  it("is nothing when it makes no sense", () => {
    const other = JSON.stringify({ timestamp, type: "event_msg", payload: { type: "message" } });
    for (const text of ["", "{", "null", other, line({ type: "reasoning" }), line(null)]) {
      expect(parseCodexLine(text), text).toEqual([]);
    }
  });
});
