import { StoreUnavailableError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Store } from "../core/ports/store.ts";

/** How long to wait before the disk is tried again, in milliseconds. */
const probeEveryMs = 1000;

/** Knows whether records can be written, and brings the engine back once they can be again. */
export type StorageGuard = {
  readonly isOpen: boolean;
  open(): void;
  /** Tries no more to come back. */
  close(): void;
  /** Throws while nothing can be recorded. */
  refuse(): void;
  lost(error: unknown): void;
};

export function createStorageGuard(
  ports: { store: Store; clock: Clock; report: (error: unknown, about: undefined) => void },
  engine: { letGo(): Promise<void>; readBack(): Promise<void>; goOn(): void },
): StorageGuard {
  let state: "open" | "mending" | "closed" = "closed";

  /** Lets everything go, waits until the disk takes writes again, and goes on from what is on it. */
  async function mend(): Promise<void> {
    await engine.letGo();
    while (state === "mending") {
      if (await isMended()) {
        state = "open";
        return engine.goOn();
      }
      await new Promise<void>((resolve) => void ports.clock.after(probeEveryMs, resolve));
    }
  }

  async function isMended(): Promise<boolean> {
    if (!(await ports.store.probe())) return false;
    try {
      await engine.readBack();
      return state === "mending";
    } catch (error) {
      ports.report(error, undefined);
      return false;
    }
  }

  return {
    get isOpen() {
      return state === "open";
    },
    open() {
      state = "open";
    },
    close() {
      state = "closed";
    },
    refuse() {
      if (state !== "mending") return;
      throw new StoreUnavailableError(
        "Cannot record the request: the hub's disk takes no writes. Nothing was accepted; free some space or mend the disk, then ask again.",
      );
    },
    lost(error) {
      if (state !== "open") return;
      state = "mending";
      ports.report(error, undefined);
      void mend();
    },
  };
}
