import type { Clock } from "../../src/core/ports/clock.ts";

/** Answers kept for a time, so that Slack is asked seldom, and outlived for a while when it cannot be asked. */
export type FreshCache<T> = {
  /** Throws what `load` threw when there is no answer young enough to serve in its place. */
  get(key: string): Promise<T>;
  drop(key: string): void;
};

export type FreshCacheOptions<T> = {
  clock: Pick<Clock, "now">;
  load: (key: string) => Promise<T>;
  /** For this long nobody asks again. */
  freshMs: number;
  /** For this long an answer serves when nobody can be asked. */
  lifeMs: number;
  /** The longest known are forgotten first. */
  max: number;
};

/** After a failure, those who have an old answer get it at once for this long. */
const calmMs = 10_000;

type Entry<T> = { value: T; loadedAt: number; askAgainAt: number };

export function createFreshCache<T>(options: FreshCacheOptions<T>): FreshCache<T> {
  const { clock, load, freshMs, lifeMs, max } = options;
  const entries = new Map<string, Entry<T>>();
  const loading = new Map<string, Promise<T>>();

  async function reload(key: string, isWanted: () => boolean): Promise<T> {
    try {
      const value = await load(key);
      const now = clock.now();
      if (!isWanted()) return value;
      entries.delete(key);
      entries.set(key, { value, loadedAt: now, askAgainAt: now + freshMs });
      if (entries.size > max) entries.delete([...entries.keys()][0] ?? "");
      return value;
    } catch (error) {
      const now = clock.now();
      const old = entries.get(key);
      if (old === undefined || now - old.loadedAt > lifeMs) throw error;
      old.askAgainAt = now + calmMs;
      return old.value;
    }
  }

  return {
    async get(key) {
      const known = entries.get(key);
      if (known !== undefined && clock.now() < known.askAgainAt) return known.value;
      const under = loading.get(key);
      if (under !== undefined) return under;
      // An answer to what was asked before a change is as old as that.
      const isWanted = (): boolean => loading.get(key) === asked;
      const asked = reload(key, isWanted).finally(() => {
        if (isWanted()) loading.delete(key);
      });
      loading.set(key, asked);
      return asked;
    },
    drop(key) {
      entries.delete(key);
      loading.delete(key);
    },
  };
}
