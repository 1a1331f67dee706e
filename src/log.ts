import { join } from "node:path";
import { pino } from "pino";
import type { Logger } from "pino";

/** What a full disk keeps from being written waits in memory up to this length; what comes then is lost. */
const mostWaiting = 1024 * 1024;

/** The hub's log: JSON lines in `<data>/hub.log`, every line through the redactor. Nothing fails for its sake. */
export function createLog(options: {
  directory: string;
  level: string;
  redact: (text: string) => string;
}): Logger {
  const file = pino.destination({
    dest: join(options.directory, "hub.log"),
    sync: true,
    mode: 0o600,
    maxLength: mostWaiting,
  });
  // There is no other place to tell of it; what waits is written with the next line that can be.
  file.on("error", () => undefined);
  return pino(
    { level: options.level },
    { write: (line: string) => file.write(options.redact(line)) },
  );
}
