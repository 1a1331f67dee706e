import { describe, expect, it } from "vitest";
import type { ThopterView } from "../../src/core/ports/fleet.ts";
import { isSelected, parseSelectors, selectionWords } from "../../src/core/selection.ts";
import type { Selection } from "../../src/core/selection.ts";
import { makeThopter } from "./records.ts";

const minute = 60_000;
const now = 100 * minute;

function view(patch: Partial<ThopterView> = {}): ThopterView {
  const ready = { ...makeThopter({ status: "ready" }), ownerName: "ann", mine: true };
  return { ...ready, settled: false, ageMs: 60 * minute, ...patch };
}

function means(selection: Partial<Selection>, thopter: ThopterView): boolean {
  return isSelected(thopter, { mine: false, ...selection }, now);
}

describe("a selection", () => {
  it("of nothing means every one", () => {
    expect(means({}, view())).toBe(true);
    expect(means({}, view({ status: "failed" }))).toBe(true);
  });

  it("by state means the thopter's own, and its agent's while it is ready", () => {
    const idle = { status: "idle", since: 1 } as const;
    expect(means({ state: "idle" }, view({ agentState: idle }))).toBe(true);
    expect(means({ state: "ready" }, view({ agentState: idle }))).toBe(true);
    expect(means({ state: "done" }, view({ agentState: idle }))).toBe(false);
    const leaving = view({ status: "destroying", agentState: idle });
    expect(means({ state: "idle" }, leaving)).toBe(false);
    expect(means({ state: "destroying" }, leaving)).toBe(true);
  });

  it("by age means those that are at least so old", () => {
    expect(means({ olderThanMs: 60 * minute }, view())).toBe(true);
    expect(means({ olderThanMs: 60 * minute + 1 }, view())).toBe(false);
  });

  it("by rest means those that settled so long ago, and never one that works or is not known", () => {
    const since = now - 30 * minute;
    const settled = view({ settled: true, agentState: { status: "idle", since } });
    expect(means({ idleMs: 30 * minute }, settled)).toBe(true);
    expect(means({ idleMs: 30 * minute + 1 }, settled)).toBe(false);
    const working = view({ agentState: { status: "working", since } });
    expect(means({ idleMs: minute }, working)).toBe(false);
    expect(means({ idleMs: 0 }, working)).toBe(false);
    expect(means({ idleMs: 0 }, view({ settled: true, status: "failed" }))).toBe(false);
  });

  it("means what all of its parts mean", () => {
    const since = now - 30 * minute;
    const one = view({ settled: true, agentState: { status: "done", since } });
    const all = { state: "done", olderThanMs: minute, idleMs: minute };
    expect(means(all, one)).toBe(true);
    expect(means({ ...all, state: "idle" }, one)).toBe(false);
    expect(means({ ...all, olderThanMs: now }, one)).toBe(false);
    expect(means({ ...all, idleMs: now }, one)).toBe(false);
  });

  it("is read from what was typed, and said in words", () => {
    const typed = { state: "IDLE", label: "a", repo: "o/n", "older-than": "2d", idle: "90m" };
    const selection = parseSelectors(typed, true);
    expect(selection).toEqual({
      mine: true,
      state: "idle",
      label: "a",
      repository: "o/n",
      olderThanMs: 2 * 24 * 60 * minute,
      idleMs: 90 * minute,
    });
    expect(selectionWords(selection)).toBe(
      'yours, in state idle, labelled "a", of "o/n", older than 2 d, idle for 90 min',
    );
    expect(selectionWords(parseSelectors({}, false))).toBe("");
    expect(() => parseSelectors({ state: "sleepy" }, false)).toThrow(/say one of requested, /);
    expect(() => parseSelectors({ idle: "2" }, false)).toThrow('Cannot use "2" for --idle');
  });
});
