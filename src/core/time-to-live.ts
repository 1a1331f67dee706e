export const shortestTtlMs = 60_000;
export const longestTtlMs = 30 * 24 * 60 * 60_000;
