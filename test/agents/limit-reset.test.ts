import { describe, expect, it } from "vitest";
import { parseReset } from "../../src/agents/limit-reset.ts";

/** A Saturday; in Berlin it is 19:40. */
const at = Date.parse("2026-11-21T18:40:30Z");

function reset(words: string, from = at): string | undefined {
  const found = parseReset(words, from);
  return found === undefined ? undefined : new Date(found).toISOString().slice(0, 16);
}

describe("the end of a usage limit", () => {
  it.each([
    ["You've hit your session limit · resets 9pm (Europe/Berlin)", "2026-11-21T20:00"],
    ["You've hit your session limit · resets 7:30pm (UTC) · progress saved", "2026-11-21T19:30"],
    ["You've hit your weekly limit · resets Nov 25, 3pm (Europe/Berlin)", "2026-11-25T14:00"],
    ["You've hit your Opus limit · resets Nov 25 at 3:05pm (UTC)", "2026-11-25T15:05"],
    [
      "You've hit your weekly limit · resets Jan 2, 2027, 12am (America/New_York)",
      "2027-01-02T05:00",
    ],
    ["You've hit your weekly limit · resets Jan 2, 9am (UTC)", "2027-01-02T09:00"],
    ["5-hour limit reached · resets 12pm (Asia/Kolkata)", "2026-11-22T06:30"],
    ["Usage limit reached. It resets Mon 12am (UTC)", "2026-11-23T00:00"],
    ["limit resets on Saturday 9am (UTC)", "2026-11-28T09:00"],
    ["resets at 05:30 (UTC)", "2026-11-22T05:30"],
    ["resets 9\u202fPM (Europe/Berlin)", "2026-11-21T20:00"],
    ["Claude AI usage limit reached|1795294800", "2026-11-21T21:00"],
    ["Claude AI usage limit reached|1795294800000", "2026-11-21T21:00"],
    ["Fast limit · resets in 2h 30m", "2026-11-21T21:10"],
    ["resets in 45 minutes", "2026-11-21T19:25"],
  ])("is told by %j", (words, expected) => {
    expect(reset(words)).toBe(expected);
  });

  it("is today while its minute lasts, for its seconds are not told", () => {
    expect(reset("resets 6:40pm (UTC)")).toBe("2026-11-21T18:40");
    expect(reset("resets 6:39pm (UTC)")).toBe("2026-11-22T18:39");
  });

  it("is right over a change of the clocks", () => {
    const evening = Date.parse("2026-10-24T20:00:00Z");
    expect(reset("resets 9am (Europe/Berlin)", evening)).toBe("2026-10-25T08:00");
    const before = Date.parse("2027-03-27T20:00:00Z");
    expect(reset("resets 9am (Europe/Berlin)", before)).toBe("2027-03-28T07:00");
    const night = Date.parse("2027-03-14T05:00:00Z");
    expect(reset("resets 3:30am (America/New_York)", night)).toBe("2027-03-14T07:30");
  });

  it.each([
    "You've hit your monthly spend limit.",
    "You're out of usage credits · resets 3pm",
    "resets Aug 8",
    "resets 5 (UTC)",
    "resets 25:00 (UTC)",
    "resets 13pm (UTC)",
    "resets 3:99pm (UTC)",
    "resets 3pm (Nowhere/Else)",
    "resets Jan 2, 2999, 3pm (UTC)",
    "limit reached|1000000000",
    "limit reached|99999999999999",
    "resets in a while",
    "",
  ])("is not told by %j", (words) => {
    expect(reset(words)).toBeUndefined();
  });

  it("is looked for in bounded time", () => {
    const long = `resets ${"Mon ".repeat(50_000)}${"in 1h ".repeat(50_000)}|${"1".repeat(100_000)}`;
    expect(reset(long)).toBeUndefined();
  });
});
