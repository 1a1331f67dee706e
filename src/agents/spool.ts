import { posix } from "node:path";
import { ProviderError } from "../core/errors.ts";
import type { AgentSession } from "../core/ports/agent.ts";
import type { RunResult } from "../core/ports/shell.ts";
import { whyFailed } from "../shell/run-failure.ts";
import { parseSpool, spoolBytes, type Note, type Standing, type Translate } from "./reports.ts";

/** The file on a machine that its agent reports to, and that the hub notes its own part in. */
export type Spool = {
  /** Its path, for the agent. */
  path: string;
  read(signal: AbortSignal): Promise<Standing>;
  note(note: Note, signal: AbortSignal): Promise<void>;
  /** Says when there may be something new, also once at the start; resolves when the link drops or the signal aborts. */
  follow(onNews: () => void, signal: AbortSignal): Promise<void>;
};

const limits = { timeoutMs: 15_000 };

// An agent may put anything under the name: only a plain file is read, and of that only the end.
const readEnd = `
[ -f "$1" ] && [ ! -L "$1" ] || exit 0
size=$(wc -c <"$1") || exit 1
start=$((size > $2 ? size - $2 : 0))
echo "$start"
tail -c "+$((start + 1))" "$1" | head -c "$2"`;

const appendLine = `
umask 077
if [ -L "$1" ] || { [ -e "$1" ] && [ ! -f "$1" ]; }; then rm -rf "$1"; fi
printf '\\n%s\\n' "$2" >>"$1"`;

// The system tells tail of changes. Whatever an agent writes, a few words a second come of it.
const tellChanges = `
tail -c 1 -F "$1" 2>&1 | while true; do
  length=$(dd bs=65536 count=1 2>/dev/null | wc -c)
  if [ "$((length))" -eq 0 ]; then break; fi
  echo news || break
  sleep 0.2
done`;

/** Opens the spool of a machine, whose agent's own lines `translate` understands. */
export function openSpool(
  { shell, places }: Pick<AgentSession, "shell" | "places">,
  translate?: Translate,
): Spool {
  const path = posix.join(places.run, "reports");

  async function run(
    script: string,
    { what, args }: { what: string; args: readonly string[] },
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const argv = ["sh", "-c", script, "sh", path, ...args];
    const result = await shell.run(argv, { ...limits, signal });
    if (result.exitCode === 0) return result.stdout;
    throw failed(what, result);
  }

  return {
    path,
    async read(signal) {
      const args = [String(spoolBytes)];
      const answer = await run(readEnd, { what: "read", args }, signal);
      const head = answer.indexOf(10);
      if (head === -1) return { answers: new Map() };
      const start = Number(new TextDecoder().decode(answer.subarray(0, head)));
      return parseSpool({ start, bytes: answer.subarray(head + 1) }, translate);
    },
    async note(note, signal) {
      await run(appendLine, { what: "write", args: [JSON.stringify(note)] }, signal);
    },
    async follow(onNews, signal) {
      try {
        await shell.run(["sh", "-c", tellChanges, "sh", path], {
          timeoutMs: Number.MAX_SAFE_INTEGER,
          maxOutputBytes: Number.MAX_SAFE_INTEGER,
          signal,
          onOutput: onNews,
        });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}

function failed(what: string, result: RunResult): ProviderError {
  const words = `Cannot ${what} the agent's reports: its machine refuses`;
  return new ProviderError(words, { kind: "transient", cause: new Error(whyFailed(result)) });
}
