/** Recent durations of one lane, and what they say of the next start. */
export type Estimator = {
  record(durationMs: number): void;
  /** When an operation with this many ahead may start, in milliseconds from now. */
  startsInMs(ahead: number, limit: number): number | undefined;
};

const keptDurations = 20;

export function createEstimator(): Estimator {
  const durations: number[] = [];
  return {
    record(durationMs) {
      durations.push(durationMs);
      if (durations.length > keptDurations) durations.shift();
    },
    startsInMs(ahead, limit) {
      const sorted = durations.toSorted((a, b) => a - b);
      const median = sorted[Math.floor(sorted.length / 2)];
      if (median === undefined) return undefined;
      return median * Math.ceil((ahead + 1) / limit);
    },
  };
}
