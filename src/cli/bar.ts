/** A bar that is filled to a fraction, as wide as so many columns. */
export function barOf(fraction: number, columns: number): string {
  const within = Math.min(1, Math.max(0, fraction));
  // Only what is done fills it, and only what has begun begins it.
  const filled = within === 0 ? 0 : Math.max(1, Math.floor(within * columns));
  return "█".repeat(Math.min(columns, filled)) + "░".repeat(Math.max(0, columns - filled));
}
