import { describe, expect, it } from "vitest";
import { translateCodex } from "../../src/agents/codex-events.ts";
import { parseSpool } from "../../src/agents/reports.ts";
import type { Standing } from "../../src/agents/reports.ts";

/** What stands in a spool after these events, of which each may be cut off. */
function after(...events: unknown[]): Standing {
  const texts = events.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  const lines = texts.map((event) => `${JSON.stringify({ event })}\n`).join("");
  return parseSpool({ start: 0, bytes: new TextEncoder().encode(lines) }, translateCodex);
}

function permission(tool: string, input: unknown): Record<string, unknown> {
  return { hook_event_name: "PermissionRequest", tool_name: tool, tool_input: input };
}

describe("what a hook of Codex tells", () => {
  it("is whether it may run a command, answered by keys while its terminal shows it", () => {
    const input = { command: "make test\nmake more", description: "It has to" };
    const { report, dialog } = after(permission("Bash", input));
    expect(report).toMatchObject({
      status: "waiting",
      question: {
        text: "Codex asks whether it may run: make test\nmake more (It has to)",
        choices: ["Yes", "No"],
      },
    });
    expect([...(dialog?.keys ?? [])]).toEqual([
      ["Yes", "1"],
      ["No", "Escape"],
    ]);
    expect(dialog?.shows).toEqual(["1. Yes, proceed", "make test"]);
  });

  it("is whether it may make a change, of which its terminal shows another form", () => {
    const { report, dialog } = after(permission("apply_patch", { command: "*** Begin Patch" }));
    expect(report).toMatchObject({
      question: { text: "Codex asks whether it may make this change: *** Begin Patch" },
    });
    expect(dialog?.shows).toEqual(["1. Yes, proceed"]);
  });

  it("is whether a tool of an MCP server may be used", () => {
    const { report, dialog } = after(permission("mcp__my_odd__paint_it", { a: 1 }));
    const text = 'Codex asks whether it may use paint_it of the MCP server my_odd: {"a":1}';
    expect(report).toMatchObject({ question: { text, choices: ["Yes", "No"] } });
    expect(dialog?.shows).toEqual(["MCP server to run tool", "1. Allow", "odd", "paint"]);
  });

  it("can only be dismissed when its dialog is of another tool", () => {
    const { report, dialog } = after(permission("odd_tool", { a: 1 }));
    expect(report).toMatchObject({
      question: {
        text: expect.stringMatching(/about odd_tool .*dismissed: \{"a":1\}$/) as string,
        choices: ["Dismiss"],
      },
    });
    expect(dialog?.keys.get("Dismiss")).toBe("Escape");
  });

  it("names tool and command even where it was cut off", () => {
    const event = JSON.stringify(permission("Bash", { command: `echo "a" \\ ${"x".repeat(99)}` }));
    const { report, dialog } = after(event.slice(0, -20));
    expect(report).toMatchObject({
      question: { text: expect.stringContaining('may run: echo "a" \\ xxx') as string },
    });
    expect(dialog?.shows[1]).toMatch(/^echo "a"/);
    expect(after(event.slice(0, 20)).report).toBeUndefined();
  });

  it("is shown without control characters", () => {
    const { report } = after(permission("Bash", { command: "a\u001b[31m\u202eb" }));
    expect(report).toMatchObject({ question: { text: "Codex asks whether it may run: ab" } });
  });

  it("is that it begins, and that it is at rest", () => {
    const session = "01a1ff62-5e4b-7642-a286-b078dbd88d35";
    const start = { hook_event_name: "SessionStart", session_id: session };
    expect(after(start)).toMatchObject({ hasSpoken: true, report: { status: "working" } });
    const stop = { hook_event_name: "Stop", session_id: session, last_assistant_message: null };
    expect(after(start, stop).report).toEqual({ status: "idle" });
    const cut = JSON.stringify({ ...stop, last_assistant_message: "x".repeat(9000) }).slice(
      0,
      7000,
    );
    expect(after(start, cut).report).toEqual({ status: "idle" });
  });

  it("brings its conversation and its last words along", () => {
    const event = { hook_event_name: "Stop", session_id: "an-id", last_assistant_message: "Done." };
    expect(translateCodex({ event: JSON.stringify(event) })).toEqual({
      ...{ status: "idle", message: "Done.", conversation: "an-id" },
    });
  });

  it("is nothing when it makes no sense", () => {
    for (const event of ["", "{", "null", "[]", '{"hook_event_name":3}', "x".repeat(9000)]) {
      expect(after(event).report, event).toBeUndefined();
    }
    expect(after({ hook_event_name: "PreToolUse" }).report).toBeUndefined();
  });
});
