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

function several(...patches: Record<string, unknown>[]): Record<string, unknown> {
  const options = [{ label: "Red" }, { label: "Blue" }];
  const questions = patches.map((patch) => ({ options, multiSelect: false, ...patch }));
  return permission("AskUserQuestion", { questions });
}

/** What a spool says once these many of its questions are answered. */
function afterAnswers(event: unknown, count: number): Standing {
  const line = `${JSON.stringify({ event: JSON.stringify(event) })}\n`;
  const read = (text: string) =>
    parseSpool({ start: 0, bytes: new TextEncoder().encode(text) }, translateClaude);
  let text = line;
  for (let answered = 0; answered < count; answered += 1) {
    const { report } = read(text);
    const hash = report?.status === "waiting" ? report.question?.hash : undefined;
    text += `${JSON.stringify({ hub: "answered", hash, id: String(answered) })}\n`;
  }
  return read(text);
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
    ["questions without words", permission("AskUserQuestion", { questions: [{}, {}] })],
    ["the same question twice", several({ question: "Which?" }, { question: "Which?" })],
    ["too much to be shown", choose("Red", "x".repeat(4000))],
    ["no plan", permission("ExitPlanMode", {})],
  ])("can only be dismissed when it is %s", (_what, event) => {
    const { report, dialog } = after(event);
    expect(report).toMatchObject({ question: { choices: ["Dismiss"] } });
    expect(dialog?.keys.get("Dismiss")).toBe("Escape");
  });

  it("is several questions, each open once the one before is answered", () => {
    const event = several(
      { question: "Which?" },
      { question: "Which ones?", multiSelect: true },
      { question: "Like this?", options: [{ label: "Yes", preview: "+" }] },
    );
    const states = [0, 1, 2].map((count) => afterAnswers(event, count));
    const questions = states.map(({ report }) => report?.status === "waiting" && report.question);
    expect(questions).toMatchObject([
      { text: "Which? (1 of 3)", choices: ["Red", "Blue"], words: "" },
      { text: "Which ones? (2 of 3)", several: true, words: "" },
      { text: "Like this? (3 of 3)", choices: ["Yes"] },
    ]);
    expect(questions[2]).not.toHaveProperty("words");
    expect(new Set(questions.map((one) => one !== false && one?.hash)).size).toBe(3);
    expect(states.map(({ dialog }) => dialog)).toMatchObject([
      { shows: ["Which?", "1. Red", "2. Blue"], words: "" },
      { shows: ["Which ones?", "Red", "Blue"], several: true },
      { shows: ["Like this?", "1. Yes"], enter: true, reviewed: true },
    ]);
    expect(states[1]?.dialog).not.toHaveProperty("reviewed");
    expect(afterAnswers(event, 3).report).toBeUndefined();
  });

  it("is a plan, approved with the rights that it was started with", () => {
    const plan = "# All\n- **first**\n- then, the last\n";
    const event = JSON.stringify(permission("ExitPlanMode", { plan, planFilePath: "/p.md" }));
    const { report, dialog } = after(event);
    expect(report).toMatchObject({
      question: {
        text: expect.stringContaining(plan.trim()) as string,
        choices: ["Approve", "No"],
        words: "No, ",
      },
    });
    expect(dialog?.keys.get("Approve")).toBe("Yes, manually approve edits");
    expect(dialog?.shows).toEqual(["Claude has written up a plan", "then, the last"]);
    const bytes = new TextEncoder().encode(JSON.stringify({ event }));
    const free = parseSpool({ start: 0, bytes }, (line) =>
      translateClaude(line, "bypassPermissions"),
    );
    expect([...(free.dialog?.keys.values() ?? [])]).toEqual([
      expect.stringContaining("BYPASS PERMISSIONS"),
      "Yes, manually approve edits",
      "Escape",
    ]);
  });

  it("is a plan even where it was cut off, without half a secret at the end", () => {
    const event = JSON.stringify(permission("ExitPlanMode", { plan: `Do \n${"x".repeat(9000)}` }));
    const { report, dialog } = after(event.slice(0, 7000));
    expect(report).toMatchObject({
      question: { text: expect.stringMatching(/Do \nx{2000,2900}…$/) as string },
    });
    expect(dialog?.shows).toEqual(["Claude has written up a plan"]);
  });

  it("never has the keys of its choices from the agent", () => {
    const line = { status: "waiting", question: "Sure?", choices: ["Yes"] };
    for (const key of ["2; kill-server", "Enter", "BTab", "Yes, and use auto mode", "Down"]) {
      const bytes = new TextEncoder().encode(JSON.stringify({ ...line, keys: [key] }));
      expect(parseSpool({ start: 0, bytes }, translateClaude).report, key).toBeUndefined();
    }
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
