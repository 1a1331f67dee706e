import type { Lane } from "./operation.ts";

export type BreakerState = { state: "open"; until: number } | { state: "half-open" };

/** Which provider is closed in which lane, because too many of its calls failed one after another. */
export type Breakers = {
  get(provider: string, lane: Lane): BreakerState | undefined;
  /** Undefined closes the breaker: work flows again. */
  set(provider: string, lane: Lane, state: BreakerState | undefined): void;
  list(): { provider: string; lane: Lane; state: BreakerState }[];
};

export function createBreakers(): Breakers {
  const states = new Map<string, { provider: string; lane: Lane; state: BreakerState }>();
  const keyOf = (provider: string, lane: Lane): string => `${lane} ${provider}`;

  return {
    get: (provider, lane) => states.get(keyOf(provider, lane))?.state,
    set(provider, lane, state) {
      if (state === undefined) states.delete(keyOf(provider, lane));
      else states.set(keyOf(provider, lane), { provider, lane, state });
    },
    list: () => [...states.values()],
  };
}
