import { describe, expect, it } from "vitest";
import { endOperation } from "../../src/core/outcome.ts";
import type { End } from "../../src/core/outcome.ts";
import { thopterCan } from "../../src/core/thopter.ts";
import type { Thopter, ThopterStatus } from "../../src/core/thopter.ts";
import { makeOperation, makeThopter } from "./records.ts";

const now = 50_000;

function endProvision(thopter: Partial<Thopter>, status: End["status"]) {
  return endOperation(makeOperation({ status: "running" }), makeThopter(thopter), { status, now });
}

function endDestroy(thopter: Partial<Thopter>, status: End["status"]) {
  const operation = makeOperation({ kind: "destroy", status: "running" });
  return endOperation(operation, makeThopter(thopter), { status, now });
}

describe("the end of a provision", () => {
  it("makes its thopter ready, and its time to live runs from then", () => {
    const { operation, thopter, destroyNeeded } = endProvision(
      { status: "provisioning", ttlMs: 600 },
      "succeeded",
    );
    expect(operation).toMatchObject({ status: "succeeded", finishedAt: now });
    expect(thopter).toMatchObject({ status: "ready", readyAt: now, expiresAt: now + 600 });
    expect(destroyNeeded).toBe(false);
  });

  it("sets no expiry without a time to live", () => {
    const { thopter } = endProvision({ status: "provisioning" }, "succeeded");
    expect(thopter).not.toHaveProperty("expiresAt");
  });

  it.each(["failed", "canceled"] as const)("%s asks for a destroy of what was made", (status) => {
    const { thopter, destroyNeeded } = endProvision({ status: "provisioning" }, status);
    expect(thopter?.status).toBe("failed");
    expect(destroyNeeded).toBe(true);
  });

  it("keeps a failure that was asked to be kept", () => {
    const kept = { status: "provisioning", keepOnFailure: true } as const;
    const { thopter, destroyNeeded } = endProvision(kept, "failed");
    expect(thopter?.status).toBe("failed");
    expect(destroyNeeded).toBe(false);
  });

  it("leaves nothing of a thopter whose provision never began", () => {
    const operation = makeOperation({ status: "queued" });
    const ended = endOperation(operation, makeThopter(), { status: "canceled", now });
    expect(ended.thopter).toMatchObject({ status: "gone", goneAt: now });
    expect(ended.destroyNeeded).toBe(false);
  });

  it.each(["destroying", "gone"] as const)("leaves a %s thopter to its destroy", (status) => {
    for (const how of ["succeeded", "failed", "canceled"] as const) {
      const { thopter, destroyNeeded } = endProvision({ status }, how);
      expect(thopter?.status).toBe(status);
      expect(destroyNeeded).toBe(false);
    }
  });

  it("that succeeds under a destroy leaves the thopter ready if the destroy does not happen", () => {
    const { thopter } = endProvision({ status: "destroying", ttlMs: 600 }, "succeeded");
    expect(thopter).toMatchObject({ status: "destroying", readyAt: now, expiresAt: now + 600 });
    expect(endDestroy(thopter ?? {}, "failed").thopter?.status).toBe("ready");
  });
});

describe("the end of a destroy", () => {
  it("leaves the thopter gone", () => {
    const { thopter, destroyNeeded } = endDestroy({ status: "destroying" }, "succeeded");
    expect(thopter).toMatchObject({ status: "gone", goneAt: now });
    expect(destroyNeeded).toBe(false);
  });

  it.each(["failed", "canceled"] as const)("%s gives a ready thopter back", (status) => {
    const { thopter } = endDestroy({ status: "destroying", readyAt: 7 }, status);
    expect(thopter).toMatchObject({ status: "ready", readyAt: 7 });
  });

  it.each(["failed", "canceled"] as const)(
    "%s leaves one that was never ready failed",
    (status) => {
      expect(endDestroy({ status: "destroying" }, status).thopter?.status).toBe("failed");
    },
  );

  it("that never came to its provision leaves it to go on", () => {
    const operation = makeOperation({ kind: "destroy", status: "running" });
    const end = { status: "failed", now, provisionGoesOn: true } as const;
    const stillMade = endOperation(operation, makeThopter({ status: "destroying" }), end);
    expect(stillMade.thopter?.status).toBe("provisioning");
    const made = makeThopter({ status: "destroying", readyAt: 7 });
    expect(endOperation(operation, made, end).thopter?.status).toBe("ready");
  });

  it("canceled before it began does not touch a provision that runs", () => {
    const { thopter } = endDestroy({ status: "provisioning" }, "canceled");
    expect(thopter?.status).toBe("provisioning");
  });

  it("canceled before it began leaves nothing of a thopter whose provision it had superseded", () => {
    const { thopter } = endDestroy({ status: "requested" }, "canceled");
    expect(thopter).toMatchObject({ status: "gone", goneAt: now });
  });

  it("never asks for another", () => {
    for (const status of ["succeeded", "failed", "canceled"] as const) {
      expect(endDestroy({ status: "destroying" }, status).destroyNeeded).toBe(false);
    }
  });
});

describe("every end", () => {
  const statuses: ThopterStatus[] = ["requested", "provisioning", "ready", "destroying", "gone"];
  const ends = ["succeeded", "failed", "canceled"] as const;

  it("moves a destroyed thopter only where its table allows", () => {
    for (const status of statuses) {
      for (const how of ends) {
        const { thopter } = endDestroy({ status }, how);
        const next = thopter?.status ?? status;
        expect(next === status || thopterCan.become({ status }, next), `${status} ${how}`).toBe(
          true,
        );
      }
    }
  });

  it("is recorded when there is no thopter any more", () => {
    const operation = makeOperation({ status: "running" });
    const ended = endOperation(operation, undefined, {
      status: "failed",
      now,
      patch: { attempts: 3 },
    });
    expect(ended).toEqual({
      operation: { ...operation, status: "failed", attempts: 3, finishedAt: now },
      destroyNeeded: false,
    });
  });

  it("happens once", () => {
    const { operation } = endProvision({ status: "provisioning" }, "failed");
    expect(() => endOperation(operation, undefined, { status: "canceled", now })).toThrow(
      "from failed to canceled",
    );
  });
});
