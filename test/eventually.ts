import { vi } from "vitest";

/** Looks again and again until it no longer throws; the limit is for a machine that is busy. */
export function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 30_000, interval: 20 });
}
