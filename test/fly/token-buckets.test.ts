import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { createTokenBuckets } from "../../src/providers/fly/token-buckets.ts";
import { createRateLimits } from "../../src/simulators/fly/rate-limits.ts";
import { createManualClock } from "../manual-clock.ts";

const never = new AbortController().signal;
const actions = ["machines.list", "machines.get"] as const;
type Action = (typeof actions)[number];
/** What is used of Fly's three and ten at once. */
const usual: Record<Action, { burst: number; everyMs: number }> = {
  "machines.list": { burst: 2, everyMs: 1000 },
  "machines.get": { burst: 8, everyMs: 200 },
};

/** Requests by when they are asked for, in milliseconds from the start. */
const asked = fc.array(
  fc.record({ afterMs: fc.nat({ max: 900 }), action: fc.constantFrom(...actions) }),
  { minLength: 1, maxLength: 60 },
);

/** When each request is sent, and how many of them Fly's own limiter refuses. */
async function send(requests: readonly { afterMs: number; action: Action }[]) {
  const clock = createManualClock();
  const began = clock.now();
  const buckets = createTokenBuckets(clock);
  const fly = createRateLimits(clock);
  const sent: { action: Action; askedAt: number; at: number }[] = [];
  let refused = 0;
  const under: Promise<void>[] = [];
  for (const { afterMs, action } of requests) {
    await clock.advance(afterMs);
    const askedAt = clock.now() - began;
    const one = buckets.take(action, "fleet", never).then(() => {
      if (fly.refusal(action, "fleet") !== undefined) refused += 1;
      sent.push({ action, askedAt, at: clock.now() - began });
    });
    under.push(one);
  }
  await clock.advance(requests.length * 1000);
  await Promise.all(under);
  return { sent, refused };
}

describe("token buckets", () => {
  it("keep within Fly's limits, and waste nothing, whenever requests are asked for", async () => {
    await fc.assert(
      fc.asyncProperty(asked, async (requests) => {
        const { sent, refused } = await send(requests);
        expect(refused).toBe(0);
        for (const action of actions) {
          const { burst, everyMs } = usual[action];
          const times = sent.filter((one) => one.action === action);
          expect(times.map(({ askedAt }) => askedAt)).toEqual(
            times.map(({ askedAt }) => askedAt).toSorted((a, b) => a - b),
          );
          // The earliest time that a bucket of this size allows, given all that was sent before.
          let full = 0;
          for (const { askedAt, at } of times) {
            full = Math.max(full, askedAt) + everyMs;
            expect(at).toBe(Math.max(askedAt, full - burst * everyMs));
          }
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it("are apart for each action and each machine", async () => {
    const clock = createManualClock();
    const buckets = createTokenBuckets(clock);
    const places = ["machines.stop 1", "machines.stop 2", "machines.start 1"];
    const all = places.flatMap((place) => {
      const [action = "", id = ""] = place.split(" ");
      return [1, 2].map(() => buckets.take(action, id, never));
    });
    expect(await Promise.all(all)).toHaveLength(6);
  });

  it("lose nothing to those who stop waiting", async () => {
    const clock = createManualClock();
    const buckets = createTokenBuckets(clock);
    const take = (signal: AbortSignal) => buckets.take("machines.list", "fleet", signal);
    await Promise.all([take(never), take(never)]);
    const impatient = new AbortController();
    const gone = [1, 2, 3].map(() => take(impatient.signal).catch(() => "gone"));
    impatient.abort(new Error("it was canceled"));
    expect(await Promise.all(gone)).toEqual(["gone", "gone", "gone"]);
    const next = take(never).then(() => clock.now());
    const began = clock.now();
    await clock.advance(5000);
    expect((await next) - began).toBe(1000);
  });

  it("stay empty for as long as a refusal says", async () => {
    const clock = createManualClock();
    const buckets = createTokenBuckets(clock);
    const began = clock.now();
    buckets.empty("machines.list", "fleet", 7000);
    const times = [1, 2, 3].map(async () => {
      await buckets.take("machines.list", "fleet", never);
      return clock.now() - began;
    });
    await clock.advance(20_000);
    expect(await Promise.all(times)).toEqual([7000, 8000, 9000]);
  });
});
