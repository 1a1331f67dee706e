import { expect, it } from "vitest";
import type { Blocker } from "../../src/core/blocker.ts";
import { explainBlockers } from "../../src/core/explain.ts";

const now = 100_000;

const words: readonly [Blocker, string][] = [
  [{ kind: "storage" }, "the hub cannot write to its disk"],
  [{ kind: "draining" }, "the hub is stopping and starts nothing new"],
  [{ kind: "paused", lane: "provision" }, "the provision lane is paused"],
  [{ kind: "backoff", until: now + 1500 }, "the next attempt is in 2 s"],
  [{ kind: "backoff", until: now - 1 }, "the next attempt is in 0 s"],
  [{ kind: "after", operationIds: ["a"] }, "1 operation must finish first (a)"],
  [
    { kind: "after", operationIds: ["a", "b", "c", "d"] },
    "4 operations must finish first (a, b, c)",
  ],
  [
    { kind: "breaker", provider: "fly", state: "open", until: now + 30_000 },
    'provider "fly" kept failing; the next try is in 30 s',
  ],
  [
    { kind: "breaker", provider: "fly", state: "half-open" },
    'provider "fly" kept failing and one operation tries it now',
  ],
  [{ kind: "lane-full", lane: "destroy", running: 5, limit: 5 }, "the destroy pool runs 5 of 5"],
  [
    { kind: "destroys-first", running: 2, ready: 1, startsAnywayAt: now + 40_000 },
    "destroys go first: 2 running, 1 ready; one provision starts anyway in 40 s",
  ],
  [{ kind: "capacity", used: 20, limit: 20 }, "the fleet is full: 20 of 20 thopters"],
  [{ kind: "quota", ownerId: "ann", used: 3, limit: 3 }, "its owner has 3 of 3 thopters"],
  [{ kind: "queue", lane: "setup" }, "2 operations of the setup pool are ahead"],
];

it.each(words)("says in words why an operation waits: %j", (blocker, expected) => {
  expect(explainBlockers([blocker], 2, now)).toBe(`It waits: ${expected}.`);
});

it("says every reason, and counts one as one", () => {
  const blockers: Blocker[] = [
    { kind: "paused", lane: "destroy" },
    { kind: "queue", lane: "destroy" },
  ];
  expect(explainBlockers(blockers, 1, now)).toBe(
    "It waits: the destroy pool is paused; 1 operation of the destroy pool is ahead.",
  );
});

it("says that nothing holds it", () => {
  expect(explainBlockers([], 0, now)).toBe("It starts now.");
});
