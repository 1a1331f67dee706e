import { UserError } from "../../src/core/errors.ts";
import type { ThopterDetail } from "../../src/core/ports/fleet.ts";
import type { SlackPorts } from "../ports.ts";
import { system } from "./sights.ts";

const againMs = 60_000;

/** What thopters have done, read from their machines beside the writing, for that may take long. */
export type Details = {
  /** "later" while it is being read; `onRead` is called then. */
  get(thopterId: string): ThopterDetail | "later" | "never";
  forget(thopterId: string): void;
  stop(): void;
};

export function createDetails(
  { fleet, clock, report }: Pick<SlackPorts, "fleet" | "clock" | "report">,
  onRead: (thopterId: string) => void,
): Details {
  const details = new Map<string, ThopterDetail | "later" | "never">();
  const timers = new Set<() => void>();

  function read(thopterId: string): void {
    details.set(thopterId, "later");
    fleet
      .getThopter(system, thopterId)
      .then((detail) => details.set(thopterId, detail))
      .catch((error: unknown) => {
        if (error instanceof UserError && error.code === "not_found") {
          details.set(thopterId, "never");
          return;
        }
        report(error, "reading what a thopter has done");
        readLater(thopterId);
      })
      .then(() => onRead(thopterId))
      .catch((error: unknown) => report(error, "showing what a thopter has done"));
  }

  function readLater(thopterId: string): void {
    const cancel = clock.after(againMs, () => {
      timers.delete(cancel);
      read(thopterId);
    });
    timers.add(cancel);
  }

  return {
    get(thopterId) {
      if (!details.has(thopterId)) read(thopterId);
      return details.get(thopterId) ?? "later";
    },
    forget: (thopterId) => void details.delete(thopterId),
    stop() {
      for (const cancel of timers) cancel();
    },
  };
}
