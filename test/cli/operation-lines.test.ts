import { describe, expect, it } from "vitest";
import { barOf } from "../../src/cli/bar.ts";
import { createColumns } from "../../src/cli/columns.ts";
import { coloredDiff } from "../../src/cli/diff-colors.ts";
import { operationLines } from "../../src/cli/operation-lines.ts";
import { columnsOf, wrapSentences } from "../../src/cli/shown-text.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { OperationView } from "../../src/core/ports/fleet.ts";
import { withStepCount } from "../../src/core/step-count.ts";
import { fc } from "../fast-check.ts";
import { makeOperation } from "../core/records.ts";

const stepNames = ["create-machine", "clone", "launch-agent", "verify-agent"];

function view(patch: Partial<Operation>, more: Partial<OperationView> = {}): OperationView {
  const operation = makeOperation({ createdAt: 0, ...patch });
  return { ...operation, ...withStepCount(operation), explanation: "It waits: much.", ...more };
}

const running = (name: string): OperationView =>
  view({
    ...{ status: "running", startedAt: 1000, thopterName: name, stepNames },
    steps: [
      { name: "create-machine", status: "succeeded", startedAt: 1000, finishedAt: 2000 },
      { name: "clone", status: "running", startedAt: 2000 },
    ],
  });

const plain = (width: number, height = 24) => ({
  ...{ width, height },
  style: (_style: string, text: string): string => text,
});

describe("operations at a terminal", () => {
  it("show how many of their steps are done, by a bar and in numbers", () => {
    expect(operationLines([running("calm-otter")], plain(80), 13_000)).toEqual([
      "› provision calm-otter  ██░░░░░░░░  2/4 clone  12 s",
    ]);
  });

  it("leave the bar out where there is no room for it, and never the numbers", () => {
    expect(operationLines([running("calm-otter")], plain(50), 13_000)).toEqual([
      "› provision calm-otter  2/4 clone  12 s",
    ]);
  });

  it("end without a bar", () => {
    const done = view({ status: "succeeded", startedAt: 0, finishedAt: 3000, stepNames });
    expect(operationLines([done], plain(80), 9000)).toEqual([
      "✓ provision calm-otter  succeeded  3.0 s",
    ]);
  });

  it("of several have all of them in a line below", () => {
    const waiting = view({ thopterName: "jade-owl" }, { ahead: 3 });
    expect(operationLines([running("a"), waiting], plain(80), 13_000)).toEqual([
      "› provision a         ██░░░░░░░░  2/4 clone  12 s",
      "· provision jade-owl  ░░░░░░░░░░  3 ahead: much.  13 s",
      "  ███░░░░░░░░░░░░░░░░░░░░░░░░░░░  0 of 2 done, 1 running, 1 waiting  13 s",
    ]);
  });

  it("that are too many are folded, with those that run first", () => {
    const many = Array.from({ length: 30 }, (_, index) => view({ thopterName: `owl-${index}` }));
    const lines = operationLines([...many, running("last")], plain(80, 10), 13_000);
    expect(lines).toHaveLength(8);
    expect(lines[0]).toMatch(/^› provision last /);
    expect(lines[6]).toBe("  and 25 more");
    expect(lines[7]).toMatch(/ 0 of 31 done, 1 running, 30 waiting {2}13 s$/);
  });

  it("fit whatever terminal there is", () => {
    const words = fc.string({ maxLength: 60 });
    const status = fc.constantFrom("queued", "running", "succeeded", "failed", "canceled");
    const operation = fc.record({ thopterName: words, status, ahead: fc.nat(40), words });
    const operations = fc.array(operation, { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        operations,
        fc.integer({ min: 40, max: 200 }),
        fc.nat(40),
        (some, width, height) => {
          const views = some.map(({ words: explanation, ahead, ...one }) =>
            view({ ...one, stepNames }, { explanation, ahead }),
          );
          const lines = operationLines(views, plain(width, height), 13_000);
          expect(lines.length).toBeLessThanOrEqual(Math.max(1, height - 2));
          for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

it("a bar is full only of what is all done, and begins with what has begun", () => {
  expect([0, 0.01, 0.5, 0.99, 1, 2, -1].map((one) => barOf(one, 4))).toEqual([
    ...["░░░░", "█░░░", "██░░", "███░", "████", "████", "░░░░"],
  ]);
});

it("columns that are there to be copied stay whole where others give way", () => {
  const id = "01K9ZP3M00BC6T789SWMQQVVDE";
  const rows = [
    ["ID", "WORDS"],
    [id, "w".repeat(60)],
  ];
  const [, line] = createColumns(rows, 40, ["ID"]);
  expect(line).toBe(`${id}  ${"w".repeat(11)}…`);
  expect(createColumns(rows, 20, ["ID"])[1]).toBe(`${id}  www…`);
});

it("sentences break between words, and stay moved in", () => {
  expect(wrapSentences("one two three\n  because: of this", 12)).toBe(
    "one two\nthree\n  because:\n  of this",
  );
});

describe("a diff in colours", () => {
  const paint = (style: string, text: string): string => `<${style}>${text}`;

  it("has its headings, hunks, and what was added and removed", () => {
    const diff = [
      ...["diff --git a/b.sql b/b.sql", "index 1..2 100644", "--- a/b.sql", "+++ b/b.sql"],
      ...["@@ -1,3 +1,3 @@ begin", " one", "--- two", "+++ three", " four"],
      ...["@@ -9 +9 @@", "-a", "\\ No newline at end of file", "+b", "-- of another file"],
    ];
    expect(coloredDiff(diff.join("\n"), paint).split("\n")).toEqual([
      ...["<bold>diff --git a/b.sql b/b.sql", "<bold>index 1..2 100644"],
      ...["<bold>--- a/b.sql", "<bold>+++ b/b.sql", "<cyan>@@ -1,3 +1,3 @@ begin", " one"],
      ...["<red>--- two", "<green>+++ three", " four", "<cyan>@@ -9 +9 @@", "<red>-a"],
      ...["<dim>\\ No newline at end of file", "<green>+b", "-- of another file"],
    ]);
  });

  it("says the same as without", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(coloredDiff(text, (_style, line) => line)).toBe(text);
      }),
    );
  });
});
