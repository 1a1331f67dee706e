import type { Write } from "../../src/core/ports/store.ts";
import type { SlackPorts } from "../ports.ts";
import { system } from "./sights.ts";

const againMs = 1000;

type Following = { take(write: Write): Promise<void>; catchUp(): Promise<void> };

/** Follows the fleet. A look at all of it begins each watch, so that nothing falls between two. */
export function createFleetWatch(
  { fleet, clock, report }: Pick<SlackPorts, "fleet" | "clock" | "report">,
  following: Following,
): { start(): void; stop(): Promise<void> } {
  const stopped = new AbortController();
  let watching: Promise<void> = Promise.resolve();

  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        const changes = fleet.watch(system, stopped.signal);
        await following.catchUp();
        for await (const write of changes) await take(write);
      } catch (error) {
        report(error, "following the fleet for Slack");
        await pause();
      }
    }
  }

  /** What cannot be shown now does not keep the rest from being shown. */
  async function take(write: Write): Promise<void> {
    try {
      await following.take(write);
    } catch (error) {
      report(error, `following ${write.kind} ${write.record.id} for Slack`);
    }
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(againMs, resolve);
      stopped.signal.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  }

  return {
    start() {
      watching = watch();
    },
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}
