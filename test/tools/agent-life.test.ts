import { expect, it } from "vitest";
import type { ThopterDetail } from "../../src/core/ports/fleet.ts";
import { thopterDetailSchema, viewThopterDetail } from "../../tools/views/thopter-detail.ts";
import { thopterSummarySchema, viewThopterSummary } from "../../tools/views/thopter-view.ts";
import { makeThopter } from "../core/records.ts";

const createdAt = Date.parse("2026-11-21T18:00:00Z");
const detail: ThopterDetail = {
  ...makeThopter({ status: "ready", createdAt }),
  ...{ settled: true, ownerName: "ann", mine: true, ageMs: 60_000 },
};

it("an agent stands as it does since when, with its exit code and what it said last", () => {
  const view = viewThopterDetail({
    ...detail,
    agentState: { status: "crashed", since: createdAt + 30_500, exitCode: 3 },
    lastMessage: `I\u001b[31m am\u202e ${"x".repeat(3000)}`,
  });
  expect(thopterDetailSchema.parse(view)).toEqual(view);
  expect(view).toMatchObject({ agent_standing: "crashed (exit 3) since 2026-11-21T18:00:30Z" });
  expect(view.untrusted.last_message).toMatch(/^I am x+…$/);
  expect(view.untrusted.last_message).toHaveLength(2000);
  expect(viewThopterDetail(detail)).not.toHaveProperty("agent_standing");
  expect(viewThopterDetail(detail).untrusted).not.toHaveProperty("last_message");
});

it("a usage limit has its end wherever a thopter is shown, and only then", () => {
  const resetsAt = createdAt + 3_600_000;
  const limited: ThopterDetail = {
    ...detail,
    agentState: { status: "limited", since: createdAt, resetsAt, limit: "Words of its own" },
  };
  const summary = viewThopterSummary(limited);
  expect(thopterSummarySchema.parse(summary)).toMatchObject({
    agent: "limited",
    limited_until: "2026-11-21T19:00:00Z",
  });
  expect(JSON.stringify(summary)).not.toContain("Words of its own");
  expect(viewThopterDetail(limited)).toMatchObject({
    agent_standing: "limited for 59 min more since 2026-11-21T18:00:00Z",
  });
  expect(viewThopterSummary(detail)).not.toHaveProperty("limited_until");
});
