const tickMs = 60_000;

/**
 * Keeps the process alive while it works: the clock's timers do not, and a pause may be all there is
 * to wait for.
 */
export async function stayAlive<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, tickMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
