import { describe, expect, it } from "vitest";
import { pause } from "../../src/core/pause.ts";
import { withDeadline } from "../../src/steps/deadline.ts";
import { createManualClock, settle } from "../manual-clock.ts";

const never = new AbortController().signal;
const nothing = new Promise<never>(() => undefined);

describe("a pause", () => {
  it("lasts as long as it was told to", async () => {
    const clock = createManualClock();
    let over = false;
    const paused = pause(clock, 1000, never).then(() => (over = true));
    await clock.advance(999);
    expect(over).toBe(false);
    await clock.advance(1);
    await paused;
    expect(over).toBe(true);
  });

  it("ends with the signal's reason", async () => {
    const controller = new AbortController();
    const paused = pause(createManualClock(), 1000, controller.signal);
    controller.abort(new Error("enough"));
    await expect(paused).rejects.toThrow("enough");
    await expect(pause(createManualClock(), 1000, controller.signal)).rejects.toThrow("enough");
  });
});

describe("a deadline", () => {
  it("answers what the work answers, and is forgotten", async () => {
    const clock = createManualClock();
    let told: AbortSignal | undefined;
    const answer = await withDeadline({ clock, timeoutMs: 1000, signal: never }, async (signal) => {
      told = signal;
      return 7;
    });
    await clock.advance(2000);
    expect(answer).toBe(7);
    expect(told?.aborted).toBe(false);
  });

  it("tells the work to stop and leaves behind what does not", async () => {
    const clock = createManualClock();
    let told: AbortSignal | undefined;
    const done = withDeadline({ clock, timeoutMs: 1000, signal: never }, (signal) => {
      told = signal;
      return nothing;
    });
    const refused = done.catch(String);
    await clock.advance(1000);
    expect(await refused).toContain("it took longer than 1 s");
    expect(told?.aborted).toBe(true);
  });

  it("hands an abort on, and throws its reason whatever the work says", async () => {
    const controller = new AbortController();
    const limit = { clock: createManualClock(), timeoutMs: 1000, signal: controller.signal };
    const done = withDeadline(limit, async (signal) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw new Error("a port's own words");
    });
    const refused = done.catch(String);
    await settle();
    controller.abort(new Error("canceled"));
    expect(await refused).toBe("Error: canceled");
  });
});
