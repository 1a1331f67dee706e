import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/simulators/fly/faults.ts";
import { destroyUnder, provisionUnder, type FaultCase } from "./fault-story.ts";

const answers = [
  { status: 0, words: "a cut connection" },
  { status: 408, words: "408" },
  { status: 429, words: "429" },
  { status: 500, words: "500" },
];
const actions = {
  provision: [
    "machines.list",
    "volumes.list",
    "volumes.create",
    "machines.create",
    "machines.get",
    "machines.wait",
  ],
  destroy: [
    "machines.get",
    "machines.list",
    "machines.lease.acquire",
    "machines.stop",
    "machines.wait",
    "machines.lease.release",
    "machines.destroy",
    "volumes.list",
  ],
};

/** Once, or so often that the provider's own patience ends and the engine has to begin again. */
const counts = [1, 4];

function casesOf(kind: "provision" | "destroy"): FaultCase[] {
  return actions[kind].flatMap((action) =>
    answers.flatMap(({ status, words }) =>
      counts.flatMap((times) =>
        [false, true].map((committed) => ({
          it: `${action} gets ${words} ${times} x, ${committed ? "and is done" : "and is not done"}`,
          faults: [{ kind: "answer", action, status, times, committed } satisfies Fault],
          ends: "succeeded" as const,
        })),
      ),
    ),
  );
}

describe("a provision gets there, and makes nothing twice, when", () => {
  it.each(casesOf("provision"))("$it", async (fault) => {
    expect(await provisionUnder(fault)).toEqual([]);
  });
});

describe("a destroy gets there, and leaves nothing, when", () => {
  it.each(casesOf("destroy"))("$it", async (fault) => {
    expect(await destroyUnder(fault)).toEqual([]);
  });
});
