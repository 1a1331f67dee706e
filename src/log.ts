import { join } from "node:path";
import { pino } from "pino";
import type { Logger } from "pino";

/** The hub's log: JSON lines in `<data>/hub.log`, every line through the redactor. */
export function createLog(options: {
  directory: string;
  level: string;
  redact: (text: string) => string;
}): Logger {
  const file = pino.destination({
    dest: join(options.directory, "hub.log"),
    sync: true,
    mode: 0o600,
  });
  return pino(
    { level: options.level },
    { write: (line: string) => file.write(options.redact(line)) },
  );
}
