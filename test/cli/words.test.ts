import { describe, expect, it } from "vitest";
import type { StepRecord } from "../../src/core/operation.ts";
import type { OperationView, ThopterView } from "../../src/core/ports/fleet.ts";
import { createColumns } from "../../src/cli/columns.ts";
import { stateOf, stateSince, thopterRow } from "../../src/cli/words.ts";
import type { AgentState } from "../../src/core/thopter.ts";
import { columnsOf, cutTo, oneLine, safe, toJson, wrap } from "../../src/cli/shown-text.ts";
import { operationWords, parseSpan, span, standingOf } from "../../src/core/words.ts";
import { makeOperation, makeThopter } from "../core/records.ts";

describe("a span of time", () => {
  it.each([
    [0, "0.0 s"],
    [-5, "0.0 s"],
    [9940, "9.9 s"],
    [10_000, "10 s"],
    [99_000, "99 s"],
    [100_000, "2 min"],
    [90 * 60_000, "90 min"],
    [100 * 60_000, "2 h"],
    [47 * 3_600_000, "47 h"],
    [72 * 3_600_000, "3 d"],
  ])("of %d ms is %s", (ms, words) => {
    expect(span(ms)).toBe(words);
  });

  it("is read as it is written", () => {
    expect(["90s", "1.5m", "8h", "2d"].map(parseSpan)).toEqual([
      90_000,
      90_000,
      8 * 3_600_000,
      2 * 86_400_000,
    ]);
    for (const text of ["", "8", "h", "-1h", "1 h", "1w", "1h2m", "NaNs"]) {
      expect(parseSpan(text)).toBeUndefined();
    }
  });
});

function running(names: readonly string[], progress?: string): OperationView {
  const steps = names.map((name): StepRecord => ({ name, status: "running", startedAt: 1 }));
  const over: StepRecord = { name: "early", status: "succeeded", startedAt: 1, finishedAt: 2 };
  const operation = makeOperation({ status: "running", steps: [over, ...steps] });
  return { ...operation, explanation: "It runs.", ...(progress === undefined ? {} : { progress }) };
}

describe("what an operation does", () => {
  it("is the steps that run, and what one of them says of itself", () => {
    expect(operationWords(running(["clone"]))).toBe("clone");
    expect(operationWords(running(["clone", "context"]))).toBe("clone + context");
    expect(operationWords(running(["clone", "context"], "context: writing"))).toBe(
      "context: writing + clone",
    );
  });

  it("is not what a step said that has ended", () => {
    expect(operationWords(running(["launch"], "early: doing things"))).toBe("launch");
    expect(operationWords(running(["early-bird"], "early: doing things"))).toBe("early-bird");
    expect(operationWords(running([], "early: doing things"))).toBe("running");
  });

  it("is why it waits or what went wrong", () => {
    const explanation = "It waits: the fleet is full.";
    expect(operationWords({ ...makeOperation({ status: "queued" }), explanation })).toBe(
      explanation,
    );
    const error = { message: "broken", retryable: false, causes: [] };
    const failed = makeOperation({ status: "failed", error });
    expect(operationWords({ ...failed, explanation })).toBe("broken");
    const done = makeOperation({ status: "succeeded", error });
    expect(operationWords({ ...done, explanation })).toBe("succeeded");
  });
});

it("a ready thopter stands as its agent does", () => {
  const view: ThopterView = {
    ...makeThopter(),
    settled: false,
    ownerName: "ann",
    mine: true,
    ageMs: 1,
  };
  expect(standingOf(view)).toBe("requested");
  const ready: ThopterView = { ...view, status: "ready" };
  expect(standingOf(ready)).toBe("ready");
  expect(standingOf({ ...ready, agentState: { status: "idle", since: 1 } })).toBe("idle");
  const crashed = { status: "crashed", since: 1, exitCode: 2 } as const;
  expect(standingOf({ ...ready, agentState: crashed })).toBe("crashed (exit 2)");
});

describe("a limited agent", () => {
  // By the clock here, whatever its zone.
  const now = new Date(2026, 10, 21, 14, 30).getTime();
  const made = makeThopter({ status: "ready", createdAt: now - 60_000 });
  const limitedUntil = (resetsAt: number): ThopterView => ({
    ...{ ...made, settled: true, ownerName: "ann", mine: true, ageMs: 60_000 },
    agentState: { status: "limited", since: now - 120_000, resetsAt },
  });

  it("says until when, and that it should be over", () => {
    const threePm = limitedUntil(new Date(2026, 10, 21, 15, 0).getTime());
    expect(stateOf(threePm)).toBe("limited until 15:00");
    expect(stateSince(threePm)).toBe("limited until 15:00 since 14:28 (2 min)");
    expect(standingOf(threePm)).toBe("limited for 30 min more");
    expect(stateOf(limitedUntil(new Date(2026, 10, 25, 9, 5).getTime()))).toBe(
      "limited until 2026-11-25 09:05",
    );
    const over = limitedUntil(now - 30 * 60_000);
    expect(stateOf(over)).toBe("limited until 14:00 (should be over)");
    expect(standingOf(over)).toBe("limited (should be over)");
    expect(thopterRow(over)[1]).toBe("limited until 14:00 (should be over)");
  });

  it("stands in a row beside its repository as people call it", () => {
    const repository = "https://github.com/owner/name.git";
    expect(thopterRow({ ...limitedUntil(1), repository })[4]).toBe("owner/name");
  });

  it("is just that where nobody knows how long, and only while it is ready", () => {
    const agentState: AgentState = { status: "limited", since: now };
    expect(stateOf({ ...limitedUntil(1), agentState })).toBe("limited");
    expect(stateOf({ ...limitedUntil(1), status: "destroying" })).toBe("destroying");
  });
});

describe("text that others wrote", () => {
  const hostile = "a\u001b]52;c;x\u0007\u001b[2J\u009b31mb\u202ec\nd\te";

  it("steers no terminal", () => {
    expect(safe(hostile)).toBe("abc\nd\te");
    expect(oneLine(hostile)).toBe("abc d e");
  });

  it("steers none as JSON either, and is still the same", () => {
    const json = toJson({ hostile });
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(json).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(JSON.parse(json)).toEqual({ hostile });
  });

  it("is measured and cut as a terminal shows it", () => {
    expect(columnsOf("abc")).toBe(3);
    expect(columnsOf("日本")).toBe(4);
    expect(columnsOf("e\u0301")).toBe(1);
    expect(cutTo("abcdef", 6)).toBe("abcdef");
    expect(cutTo("abcdef", 4)).toBe("abc…");
    expect(cutTo("ab cdef", 4)).toBe("ab…");
    expect(cutTo("日本語", 4)).toBe("日…");
    expect(cutTo("abc", 0)).toBe("");
  });
});

describe("columns", () => {
  const rows = [
    ["NAME", "WORDS", "END"],
    ["amber-falcon", "x".repeat(60), "1"],
    ["日本", "short", "2"],
  ];

  it("are aligned, as wide as what they hold", () => {
    const lines = createColumns(rows, 200);
    expect(lines[0]).toBe(`NAME          WORDS${" ".repeat(57)}END`);
    expect(lines[2]).toBe(`日本          short${" ".repeat(57)}2`);
  });

  it("fit the width: the widest gives way", () => {
    for (const width of [80, 60, 40, 30]) {
      for (const line of createColumns(rows, width)) {
        expect(columnsOf(line)).toBeLessThanOrEqual(width);
      }
    }
    const [, line] = createColumns(rows, 40);
    expect(line).toBe(`amber-falcon  ${"x".repeat(20)}…  1`);
  });

  it("stay readable where there is no room at all", () => {
    const [head, line] = createColumns(rows, 1);
    expect(head).toBe("NAME      WORDS     END");
    expect(line).toBe("amber-f…  xxxxxxx…  1");
  });

  it("of nothing are nothing", () => {
    expect(createColumns([["A", "B"]], 80)).toEqual(["A  B"]);
  });
});

it("a long line is wrapped between words, and a long word stays whole", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("a https://example.com/long b", 5)).toEqual(["a", "https://example.com/long", "b"]);
  expect(wrap("", 5)).toEqual([""]);
});
