import { describe, expect, it } from "vitest";
import { createBridgedLogger } from "../../../commands/receiving/bridged-logger.ts";
import { createSeen } from "../../../commands/receiving/seen.ts";
import { createManualClock } from "../../manual-clock.ts";

describe("what was seen before", () => {
  it("is remembered for its time, and no longer", async () => {
    const clock = createManualClock();
    const seen = createSeen(clock, { forMs: 1000, max: 10 });
    expect(["a", "a", "b"].map(seen.add)).toEqual(["new", "again", "new"]);
    await clock.advance(999);
    expect(seen.add("a")).toBe("again");
    await clock.advance(1);
    expect(seen.add("a")).toBe("new");
  });

  it("is never forgotten early for what came later: that is turned away", async () => {
    const clock = createManualClock();
    const seen = createSeen(clock, { forMs: 1000, max: 2 });
    expect(["a", "b", "c", "a"].map(seen.add)).toEqual(["new", "new", "full", "again"]);
    await clock.advance(1000);
    expect(seen.add("c")).toBe("new");
  });
});

describe("what Slack's libraries log", () => {
  it("reaches the hub's log as words without secrets, each once in ten minutes", async () => {
    const clock = createManualClock();
    const said: string[] = [];
    const logger = createBridgedLogger(
      {
        clock,
        redact: (text) => text.replaceAll("xoxb-1", "[redacted]"),
        report(error, about) {
          said.push(`${about}: ${error instanceof Error ? error.message : ""}`);
          return "";
        },
      },
      "Slack",
    );
    logger.debug("a whole message");
    logger.info("hello");
    for (let time = 0; time < 3; time += 1) logger.warn(`failed with xoxb-1 after ${time} s`);
    logger.error("broken:", Object.assign(new Error("closed"), { body: "a whole request" }), {});
    expect(said).toEqual(["Slack: failed with [redacted] after 0 s", "Slack: broken: closed "]);
    await clock.advance(10 * 60_000);
    logger.warn("failed with xoxb-1 after 9 s");
    expect(said).toHaveLength(3);
  });
});
