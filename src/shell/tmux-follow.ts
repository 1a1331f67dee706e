import { randomBytes } from "node:crypto";
import type { Shell } from "../core/ports/shell.ts";
import { sessionName, tmuxCommands } from "./tmux-commands.ts";
import { firstPane, paneFormat, parsePaneState, type PaneState } from "./tmux-pane.ts";
import { withOpenStdin } from "./tmux-scripts.ts";

export type FollowedServer = {
  shell: Shell;
  /** The command line that reaches the server. */
  tmux: readonly string[];
  socket: string;
};

const subscription = "thopter-pane";
const maxLineLength = 64 * 1024;

/**
 * Attaches a control client that only listens: tmux itself tells when a value changed. Resolves when
 * the client ends, for whatever reason.
 */
export async function followPane(
  server: FollowedServer,
  onChange: (state: PaneState) => void,
  signal: AbortSignal,
): Promise<void> {
  const lines = createLineReader((line) => {
    const state = parseNotice(line);
    if (state !== undefined) onChange(state);
  });
  // A control client ends with its stdin.
  const fifo = `${server.socket}.${randomBytes(8).toString("hex")}`;
  const argv = ["sh", "-c", withOpenStdin, "sh", fifo, ...server.tmux, "-C"];
  argv.push(...attachCommands());
  try {
    await server.shell.run(argv, {
      timeoutMs: Number.MAX_SAFE_INTEGER,
      maxOutputBytes: Number.MAX_SAFE_INTEGER,
      signal,
      onOutput: (chunk, stream) => {
        if (stream === "stdout") lines(chunk);
      },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function attachCommands(): string[] {
  return tmuxCommands([
    ["attach-session", "-t", `=${sessionName}`, "-f", "no-output,ignore-size,read-only"],
    // All panes: tmux leaves a dead one out when it is asked for by itself.
    ["refresh-client", "-B", `${subscription}:%*:${paneFormat}`],
  ]);
}

const notice = new RegExp(`^%subscription-changed ${subscription} \\S+ \\S+ \\S+ (%\\d+) : (.*)$`);

function parseNotice(line: string): PaneState | undefined {
  const [, pane, value] = notice.exec(line) ?? [];
  return pane === firstPane && value !== undefined ? parsePaneState(value) : undefined;
}

/** Cuts what arrives into lines; one longer than any that tmux writes is dropped. */
function createLineReader(onLine: (line: string) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, maxLineLength);
    for (const line of lines) onLine(line.replace(/\r$/, ""));
  };
}
