import { describe, expect, it } from "vitest";
import { parseSpool, spoolBytes } from "../../src/agents/reports.ts";
import type { Standing } from "../../src/agents/reports.ts";
import type { Question } from "../../src/core/thopter.ts";

function parse(text: string | Uint8Array, start = 0): Standing {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return parseSpool({ start, bytes });
}

function spool(...lines: unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function asked(patch: Record<string, unknown> = {}): Record<string, unknown> {
  return { status: "waiting", question: "Overwrite it?", choices: ["Yes", "No"], ...patch };
}

function questionIn(text: string, start = 0): Question | undefined {
  const { report } = parse(text, start);
  return report?.status === "waiting" ? report.question : undefined;
}

describe("an agent's spool", () => {
  it("says nothing while it is empty or makes no sense", () => {
    for (const text of ["", "\n\n", "hello\n", "{", '{"status":"happy"}\n', "[]\n", "null\n"]) {
      expect(parse(text)).toEqual({ answers: new Map() });
    }
  });

  it("says what its last line that makes sense says, which may lack its end", () => {
    const text = `${spool({ status: "working" }, { status: "done", more: 1 })}nonsense\n{"status":`;
    expect(parse(text).report).toEqual({ status: "done" });
    expect(parse('{"status":"idle"}').report).toEqual({ status: "idle" });
  });

  it("holds a question with its choices, each once", () => {
    expect(questionIn(spool(asked({ choices: ["Yes", "No", "Yes"] })))).toEqual({
      text: "Overwrite it?",
      choices: ["Yes", "No"],
      hash: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(questionIn(spool(asked({ choices: [] })))).not.toHaveProperty("choices");
  });

  it("keeps a question's hash wherever the reading begins, and gives each its own", () => {
    const before = spool({ status: "working" }, asked());
    const text = before + spool(asked());
    const hash = questionIn(text)?.hash;
    expect(questionIn(before)?.hash).not.toBe(hash);
    expect(questionIn(text.slice(10), 10)?.hash).toBe(hash);
    expect(questionIn(spool(asked({ question: "Overwrite them?" })))?.hash).not.toBe(
      questionIn(spool(asked()))?.hash,
    );
    expect(questionIn(spool(asked({ choices: ["Yes"] })))?.hash).not.toBe(
      questionIn(spool(asked({ choices: ["No"] })))?.hash,
    );
  });

  it("takes nothing from a line whose start it did not read", () => {
    const text = `noise${spool({ status: "done" })}`;
    expect(parse(text).report).toBeUndefined();
    expect(parse(text.slice(5), 5).report).toBeUndefined();
    expect(parse(text.slice(5, -1), 5).report).toBeUndefined();
  });

  it("closes a question by another report, its answer or a new launch", () => {
    const hash = questionIn(spool(asked()))?.hash;
    const closing = [
      { status: "working" },
      { status: "waiting" },
      { hub: "launched" },
      { hub: "answered", hash, id: "a" },
    ];
    for (const line of closing) expect(questionIn(spool(asked(), line))).toBeUndefined();
    const other = [{ hub: "told" }, { hub: "answered", hash: "another", id: "a" }];
    for (const line of other) expect(questionIn(spool(asked(), line))?.hash).toBe(hash);
    const taken = [
      { hub: "answered", hash, id: "a" },
      { hub: "unanswered", id: "a" },
    ];
    expect(questionIn(spool(asked(), ...taken))?.hash).toBe(hash);
  });

  it("asks what is next once the first is answered, though it be the same", () => {
    const line = asked({ next: [{ question: "Overwrite it?", choices: ["Yes", "No"] }] });
    const hash = questionIn(spool(line))?.hash;
    const second = questionIn(spool(line, { hub: "answered", hash, id: "a" }));
    expect(second).toMatchObject({ text: "Overwrite it?" });
    expect(second?.hash).not.toBe(hash);
  });

  it("counts the first answer to a question", () => {
    const answer = (id: string) => ({ hub: "answered", hash: "h", id });
    expect(parse(spool(answer("a"), answer("b"))).answers.get("h")).toBe("a");
    const taken = spool(answer("a"), answer("b"), { hub: "unanswered", id: "b" });
    expect(parse(taken).answers.get("h")).toBe("a");
  });

  it("lets what it was told after a report end that report", () => {
    for (const status of ["done", "idle", "limited", "waiting"]) {
      expect(parse(spool({ status }, { hub: "told" })).report).toBeUndefined();
    }
  });

  it("makes texts fit to show, and bounds them", () => {
    const hostile = asked({
      question: ` \u001b[2J\u202eRun it?\u0007 `,
      choices: ["\u001b[31mYes\u001b[0m", " No\n at all "],
    });
    expect(questionIn(spool(hostile))).toMatchObject({
      text: "Run it?",
      choices: ["Yes", "No at all"],
    });
    const long = questionIn(spool(asked({ question: "x".repeat(9000) })));
    expect(long?.text).toHaveLength(4000);
  });

  it.each([
    ["too many choices", { choices: Array.from({ length: 21 }, String) }],
    ["a choice that is too long", { choices: ["x".repeat(201)] }],
    ["an empty choice", { choices: ["Yes", " \u0007"] }],
    ["a choice that hides something", { choices: ["Y\u200bes"] }],
    ["a choice that is no text", { choices: [1] }],
    ["an empty question", { question: "\u001b[2J" }],
    ["a line that is too long", { question: "x", more: "x".repeat(17_000) }],
  ])("passes over %s", (_name, patch) => {
    const text = spool({ status: "done" }, asked(patch));
    expect(parse(text).report).toEqual({ status: "done" });
  });

  it("survives any bytes", () => {
    const noise = Uint8Array.from({ length: spoolBytes }, (_, index) => (index * 31) % 256);
    const text = new TextEncoder().encode(`\n${spool({ status: "done" })}`);
    const mixed = new Uint8Array([...noise, ...text]);
    expect(parse(mixed).report).toEqual({ status: "done" });
    expect(parse(mixed.subarray(1), 1).report).toEqual({ status: "done" });
    expect(parse(noise, 1).report).toBeUndefined();
  });
});

describe("what an agent said last", () => {
  const conversation = "0a1b2c3d-0000-4000-8000-00000000000a";
  const idle = { status: "idle", message: " All\u0007 done ", conversation };

  it("holds over what it does next, until it says more or is launched", () => {
    expect(parse(spool(idle))).toMatchObject({ lastMessage: "All done", conversation });
    const told = parse(spool(idle, { hub: "told" }, { status: "working" }));
    expect(told).toMatchObject({ lastMessage: "All done", conversation });
    const more = parse(spool(idle, { status: "limited", message: "And more" }));
    expect(more.lastMessage).toBe("And more");
    const again = parse(spool(idle, { hub: "launched" }));
    expect(again).toEqual({ answers: new Map(), conversation });
  });

  it("is left out where it makes no sense, and nothing else with it", () => {
    const odd = { status: "idle", message: 7, conversation: "../x" };
    expect(parse(spool(idle, odd))).toMatchObject({ lastMessage: "All done", conversation });
    const limited = { status: "limited", limit: "x", resetsAt: "soon" };
    expect(parse(spool(limited)).report).toEqual({ status: "limited", limit: "x" });
    const ends = { ...limited, resetsAt: 5000 };
    expect(parse(spool(ends)).report).toEqual(ends);
  });
});
