import type { Engine } from "../../../src/core/ports/engine.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import type { Step } from "../../../src/core/ports/step.ts";
import type { Store } from "../../../src/core/ports/store.ts";
import type { EngineOptions } from "../../../src/engine/options.ts";

/** What an engine is opened with. */
export type EngineSetup = {
  clock: Clock;
  newId: () => string;
  random: () => number;
  steps: readonly Step[];
  options: EngineOptions;
  report: (error: unknown) => void;
};

/** When the engine that was opened last dies by itself. */
export type Death = { atCommit: number; when: "before" | "after" };

/** Opens engines over one set of records, and takes them and their disk away. */
export type EngineHost = {
  /** The records on disk, whatever engine there is. */
  readonly store: Store;
  /** A new engine over the records; the one before has crashed or was drained. */
  open(setup: EngineSetup, death?: Death): Promise<Engine>;
  /** Cuts the engine off: nothing it asks has an effect or an answer any more. */
  crash(): void;
  readonly isAlive: boolean;
  /** How many commits the engine that was opened last has made durable. */
  readonly commits: number;
  /** The disk takes this many more writes and then none. */
  loseDisk(writesLeft?: number): void;
  mendDisk(): void;
  /** As `mendDisk`, and the records know it as well. */
  mended(): Promise<void>;
  /** Resolves when the engine waits for nothing but time and steps. */
  quiet(): Promise<void>;
};

export type OpenHost = () => Promise<EngineHost>;
