const pauseMs = 250;

/** What a connection fails with before anything was sent: such a try can be repeated. */
const notSent: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
]);

/** Tries again for a while where nobody listens: a hub that restarts is back within seconds. */
export async function patiently(patienceMs: number, send: () => Promise<void>): Promise<void> {
  let waitedMs = 0;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!isNotSent(error) || waitedMs >= patienceMs) throw error;
    }
    waitedMs += pauseMs;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Whether a request never left, as fetch tells it: in a cause, or in one of several. */
export function isNotSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && notSent.has(error.code)) return true;
  if (error instanceof AggregateError) return error.errors.every(isNotSent);
  return isNotSent(error.cause);
}
