import { monotonicFactory } from "ulid";
import type { Logger } from "pino";
import { refuseUnusableFly } from "./checks/fly-check.ts";
import type { Config } from "./config.ts";
import type { Clock, NewId } from "./core/ports/clock.ts";
import type { Store } from "./core/ports/store.ts";
import { createRedactor } from "./core/redact.ts";
import type { Redactor } from "./core/redact.ts";
import { secretsOf } from "./hub-options.ts";
import { createLog } from "./log.ts";
import { refuseUncontained } from "./machinery/containment.ts";
import { createConfiguredFlyApi } from "./machinery/fly-machinery.ts";
import type { FlyApi } from "./providers/fly/api.ts";
import { detectIsolation } from "./providers/local/detect-isolation.ts";
import type { LocalIsolation } from "./providers/local/isolation.ts";
import type { Holder } from "./store/holder.ts";
import { createSqliteStore } from "./store/sqlite-store.ts";
import { createSystemClock } from "./system-clock.ts";

/** What everything else stands on. */
export type Basis = {
  clock: Clock;
  newId: NewId;
  store: Store;
  log: Logger;
  holder: Holder;
  /** Of machines of the provider `local`. */
  isolation: LocalIsolation;
  fly: FlyApi | undefined;
  redact: Redactor;
  report: (error: unknown, about: string) => void;
};

/** Opens the store and the log, once this machine and Fly are as the configuration needs them. Throws UserError. */
export async function openBasis(config: Config): Promise<Basis> {
  const directory = config.THOPTER_DATA_DIR;
  const clock = createSystemClock();
  const isolation = await detectIsolation({ clock });
  refuseUncontained(config, isolation);
  const fly = createConfiguredFlyApi(config, clock);
  const isWanted = config.THOPTER_PROVIDER === "fly";
  const trouble = fly !== undefined && isWanted ? await refuseUnusableFly(config, fly) : undefined;
  const holder = { pid: process.pid, startedAt: clock.now() };
  const redact = createRedactor(secretsOf(config));
  const report = (error: unknown, about: string): void => log.error({ err: error }, about);
  const onError = (error: unknown): void => report(error, "a watcher of the store");
  // First, for it makes the directory, or says what is wrong with it, or who uses it.
  const store = await createSqliteStore({ directory, hub: holder, onError });
  const log = createLog({ directory, level: config.LOG_LEVEL, redact });
  if (trouble !== undefined) log.warn(trouble);
  return { clock, newId: monotonicFactory(), store, log, holder, isolation, fly, redact, report };
}
