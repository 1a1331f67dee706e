import { describe, expect, it } from "vitest";
import {
  agentStatuses,
  holdsCapacity,
  isSettled,
  thopterCan,
  thopterStatuses,
} from "../../src/core/thopter.ts";
import type { ThopterStatus } from "../../src/core/thopter.ts";

const allowed: Record<ThopterStatus, ThopterStatus[]> = {
  requested: ["provisioning", "destroying", "gone"],
  provisioning: ["ready", "failed", "destroying", "gone"],
  ready: ["destroying", "gone"],
  failed: ["destroying", "gone"],
  destroying: ["provisioning", "ready", "failed", "gone"],
  gone: [],
};

describe("a thopter's status", () => {
  it.each(thopterStatuses)("%s becomes only what the table has", (status) => {
    const next = thopterStatuses.filter((other) => thopterCan.become({ status }, other));
    expect(next.toSorted()).toEqual(allowed[status].toSorted());
  });

  it.each(thopterStatuses)("%s can be destroyed unless it is gone", (status) => {
    expect(thopterCan.destroy({ status })).toBe(status !== "gone");
  });

  it("hears only when it is ready, and is read as long as it has a machine", () => {
    for (const status of thopterStatuses) {
      expect(thopterCan.tell({ status })).toBe(status === "ready");
      expect(thopterCan.read({ status, machineId: "m" })).toBe(status !== "gone");
      expect(thopterCan.read({ status })).toBe(false);
    }
  });

  it("counts toward the fleet from the start of its provision until it is gone", () => {
    const counted = thopterStatuses.filter((status) =>
      holdsCapacity({ status, machineIntentAt: 1 }),
    );
    expect(counted).toEqual(["provisioning", "ready", "failed", "destroying"]);
  });

  it("does not count when its provision ended before any machine was asked for", () => {
    const counted = thopterStatuses.filter((status) => holdsCapacity({ status }));
    expect(counted).toEqual(["provisioning", "ready"]);
  });
});

describe("a settled thopter", () => {
  const settledAgents = ["crashed", "done", "gone", "idle", "limited", "waiting"];

  it("is failed, gone, or ready with an agent of which nothing more comes", () => {
    expect(isSettled({ status: "failed" })).toBe(true);
    expect(isSettled({ status: "gone" })).toBe(true);
    expect(isSettled({ status: "ready" })).toBe(false);
    const settled = agentStatuses.filter((status) =>
      isSettled({ status: "ready", agentState: { status, since: 0 } }),
    );
    expect(settled.toSorted()).toEqual(settledAgents);
  });

  it.each(["requested", "provisioning", "destroying"] as const)("is not %s", (status) => {
    expect(isSettled({ status, agentState: { status: "done", since: 0 } })).toBe(false);
  });
});
