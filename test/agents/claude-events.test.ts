import { describe, expect, it } from "vitest";
import { translateClaude } from "../../src/agents/claude-events.ts";
import { parseSpool } from "../../src/agents/reports.ts";
import type { Standing } from "../../src/agents/reports.ts";

/** What stands in a spool after these events, of which each may be cut off. */
function after(...events: unknown[]): Standing {
  const texts = events.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  const lines = texts.map((event) => `${JSON.stringify({ event })}\n`).join("");
  return parseSpool({ start: 0, bytes: new TextEncoder().encode(lines) }, translateClaude);
}

function permission(tool: string, input: unknown): Record<string, unknown> {
  return { hook_event_name: "PermissionRequest", tool_name: tool, tool_input: input };
}

function choose(...labels: string[]): Record<string, unknown> {
  const options = labels.map((label) => ({ label, description: "" }));
  const questions = [{ question: "Which?", header: "W", multiSelect: false, options }];
  return permission("AskUserQuestion", { questions });
}

describe("what a hook of Claude Code tells", () => {
  it("is whether it may use a tool, answered by keys while its terminal shows that tool", () => {
    const { report, dialog } = after(permission("Bash", { command: "make test\nmake more" }));
    expect(report).toMatchObject({
      status: "waiting",
      question: {
        text: "Claude asks whether it may use Bash: make test\nmake more",
        choices: ["Yes", "No"],
      },
    });
    expect([...(dialog?.keys ?? [])]).toEqual([
      ["Yes", "1"],
      ["No", "Escape"],
    ]);
    expect(dialog?.shows).toEqual(["1. Yes", "make test"]);
  });

  it("is its own question, by the numbers of its choices", () => {
    const { report, dialog } = after(choose("Red", "Blue"));
    expect(report).toMatchObject({ question: { text: "Which?", choices: ["Red", "Blue"] } });
    expect(dialog?.keys.get("Blue")).toBe("2");
    expect(dialog?.shows).toEqual(["Which?", "1. Red", "2. Blue"]);
  });

  it.each([
    ["several at once", permission("AskUserQuestion", { questions: [{}, {}] })],
    ["the same choice twice", choose("Red", "Red")],
    ["a choice that hides something", choose("Red", "Re\u202ed")],
    ["a plan", permission("ExitPlanMode", { plan: "Do it" })],
  ])("can only be dismissed when it is %s", (_what, event) => {
    const { report, dialog } = after(event);
    expect(report).toMatchObject({ question: { choices: ["Dismiss"] } });
    expect(dialog?.keys.get("Dismiss")).toBe("Escape");
  });

  it("names tool and file even where it was cut off", () => {
    const event = JSON.stringify(permission("Write", { file_path: "/a/b.ts", content: "x" }));
    const { report, dialog } = after(event.slice(0, -5));
    expect(report).toMatchObject({
      question: { text: expect.stringContaining("Write") as string },
    });
    expect(dialog?.shows).toEqual(["1. Yes", "b.ts"]);
    expect(after(event.slice(0, 20)).report).toBeUndefined();
  });

  it("is shown without control characters", () => {
    const { report } = after(permission("Bash", { command: "a\u001b[31m\u202eb" }));
    expect(report).toMatchObject({
      question: { text: "Claude asks whether it may use Bash: ab" },
    });
  });

  it.each([
    ["rate_limit", "limited"],
    ["authentication_failed", "waiting"],
    ["billing_error", "waiting"],
    ["server_error", "idle"],
  ])("is what ended its turn: %s", (error, status) => {
    expect(after({ hook_event_name: "StopFailure", error }).report).toEqual({ status });
  });

  it("says of a limit what Claude Code says, fit to be shown", () => {
    const failed = { hook_event_name: "StopFailure", error: "rate_limit" };
    const said = "You've hit your limit \u00b7 resets 5pm\u202e (UTC)";
    expect(after({ ...failed, last_assistant_message: said }).report).toEqual({
      status: "limited",
      limit: "You've hit your limit \u00b7 resets 5pm (UTC)",
    });
    const long = after({ ...failed, last_assistant_message: "x".repeat(2000) }).report;
    expect(long).toMatchObject({ limit: expect.stringMatching(/^x{299}…$/) as string });
  });

  it("says when the limit ends, counted from when that was said", () => {
    const event = JSON.stringify({
      ...{ hook_event_name: "StopFailure", error: "rate_limit" },
      last_assistant_message: "You've hit your session limit · resets 9pm (Europe/Berlin)",
    });
    const endOf = (at: unknown) => {
      const line = new TextEncoder().encode(JSON.stringify({ event, at }));
      const { report } = parseSpool({ start: 0, bytes: line }, translateClaude);
      return report?.status === "limited" ? (report.resetsAt ?? "not told") : "not limited";
    };
    const at = Date.parse("2026-11-21T18:40:00Z") / 1000;
    expect(endOf(at)).toBe(Date.parse("2026-11-21T20:00:00Z"));
    expect(endOf(at + 86_400)).toBe(Date.parse("2026-11-22T20:00:00Z"));
    for (const odd of [undefined, "now", -1, 1e300]) expect(endOf(odd)).toBe("not told");
  });

  const conversation = "0a1b2c3d-0000-4000-8000-00000000000a";

  it("is its last message and its conversation, over what follows", () => {
    const start = { hook_event_name: "SessionStart", session_id: conversation };
    expect(after(start)).toMatchObject({ report: { status: "working" }, conversation });
    const stop = { hook_event_name: "Stop", last_assistant_message: "Done\u001b[1m so far" };
    const later = after(start, stop, permission("Bash", { command: "ls" }));
    expect(later).toMatchObject({ lastMessage: "Done so far", conversation });
    expect(after(stop).report).toEqual({ status: "idle" });
    expect(after({ hook_event_name: "Stop", session_id: "../../x" }).conversation).toBeUndefined();
  });

  it("is idle even where its long message was cut off, without half a secret at the end", () => {
    const words = `"quoted" \\ ünï 🚁 ${"x".repeat(2000)}`;
    const message = `${words}${"y".repeat(9000)}`;
    const stop = { hook_event_name: "Stop", session_id: conversation };
    const event = JSON.stringify({ ...stop, last_assistant_message: message });
    for (let length = 6980; length < 7000; length += 1) {
      const { report, lastMessage, conversation: known } = after(event.slice(0, length));
      expect(report).toEqual({ status: "idle" });
      expect(known).toBe(conversation);
      expect(lastMessage?.startsWith(words.slice(0, 2000))).toBe(true);
      expect(lastMessage?.length).toBeLessThan(length - 4000);
    }
    expect(after(event.slice(0, 100)).report).toEqual({ status: "idle" });
    expect(after(event.slice(0, 100)).lastMessage).toBeUndefined();
  });

  it("is nothing when it makes no sense", () => {
    for (const event of ["", "{", "null", "[]", '{"hook_event_name":3}', "x".repeat(9000)]) {
      expect(after(event).report, event).toBeUndefined();
    }
    expect(after({ hook_event_name: "Notification" }).report).toBeUndefined();
  });
});
