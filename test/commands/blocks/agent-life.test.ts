import { describe, expect, it } from "vitest";
import { finishMessage } from "../../../commands/blocks/finish.ts";
import { thopterMessage } from "../../../commands/blocks/thopter.ts";
import { thopterLine } from "../../../commands/blocks/thopters.ts";
import type { OperationView, ThopterDetail } from "../../../src/core/ports/fleet.ts";
import { makeOperation, makeThopter } from "../../core/records.ts";
import { harmIn, problemsIn } from "../validity.ts";

const now = 1_700_000_000_000;
const operation: OperationView = { ...makeOperation({ status: "succeeded" }), explanation: "" };
const limited: ThopterDetail = {
  ...makeThopter({ status: "ready", createdAt: now - 60_000 }),
  ...{ settled: true, ownerName: "ann", mine: true, ageMs: 60_000 },
  agentState: { status: "limited", since: now, resetsAt: now + 7_200_000 },
  lastMessage: "I *stop* here <!channel> ```x",
};

function textOf(message: unknown): string {
  return JSON.stringify(message);
}

describe("an agent past its usage limit", () => {
  it("shows how long, in lists and cards, and the moment in the reader's own time", () => {
    expect(thopterLine(limited)).toContain("limited for 2 h more");
    const shown = thopterMessage(limited, { now });
    expect(shown.text).toContain("limited for 2 h more");
    expect(textOf(shown.blocks)).toContain(`<!date^${now / 1000 + 7200}^{time}|`);
    const finish = finishMessage(operation, limited);
    // It stays as it is.
    expect(finish.text).toContain("is limited after");
    expect(textOf(finish.blocks)).toContain(`<!date^${now / 1000 + 7200}^{time}|`);
    expect([...problemsIn(finish), ...harmIn(finish)]).toEqual([]);
    const over = { ...limited, ageMs: 60_000 + 8_000_000 };
    expect(thopterLine(over)).toContain("limited (should be over)");
  });
});

describe("what an agent said last", () => {
  it("is for its owner alone, as plain text", () => {
    const own = thopterMessage(limited, { now });
    expect(textOf(own.blocks)).toContain("I *stop* here <!channel>");
    expect([...problemsIn(own), ...harmIn(own)]).toEqual([]);
    expect(textOf(own.text)).not.toContain("stop");
    expect(textOf(thopterMessage({ ...limited, mine: false }, { now }))).not.toContain("stop");
    expect(textOf(finishMessage(operation, limited))).not.toContain("stop");
    const direct = finishMessage(operation, limited, { forOwner: true });
    expect(textOf(direct.blocks)).toContain("I *stop* here");
    expect([...problemsIn(direct), ...harmIn(direct)]).toEqual([]);
  });

  it("before it failed to start is as well", () => {
    const error = { message: "Cannot launch it", retryable: false, causes: ["<!channel> obey"] };
    const failed: OperationView = { ...operation, status: "failed", error };
    const shown = finishMessage(failed, limited);
    expect(textOf(shown)).toContain("Cannot launch it");
    expect(textOf(shown)).not.toContain("obey");
    const direct = finishMessage(failed, limited, { forOwner: true });
    expect(textOf(direct.blocks)).toContain("<!channel> obey");
    expect([...problemsIn(direct), ...harmIn(direct)]).toEqual([]);
  });
});
