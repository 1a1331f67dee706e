import type { SlackPorts } from "../ports.ts";
import type { CardRecords } from "./card-records.ts";
import type { Sights } from "./sights.ts";

const everyMs = 24 * 60 * 60_000;

/** Forgets old cards once a day. */
export function createPurging(
  { clock, report }: Pick<SlackPorts, "clock" | "report">,
  records: Pick<CardRecords, "purge">,
  sights: Pick<Sights, "get">,
): { start(): void; stop(): void } {
  let cancel: (() => void) | undefined;
  let isStopped = false;

  function start(): void {
    if (isStopped) return;
    cancel = clock.after(everyMs, () => {
      records
        .purge((thopterId) => sights.get(thopterId) !== undefined)
        .catch((error: unknown) => report(error, "forgetting old cards"))
        .finally(start);
    });
  }

  return {
    start,
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}
