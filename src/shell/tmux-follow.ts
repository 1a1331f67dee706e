import { randomBytes } from "node:crypto";
import type { Shell } from "../core/ports/shell.ts";
import { tmuxCommands } from "./tmux-commands.ts";
import { firstPane, paneFormat, parsePaneState, type PaneState } from "./tmux-pane.ts";
import { abruptClient } from "./tmux-scripts.ts";

export type FollowedServer = {
  shell: Shell;
  /** The command line that reaches the server. */
  tmux: readonly string[];
  socket: string;
};

const subscription = "thopter-pane";
const watchSession = "thopter-watch";
const linkedIndex = 1000;
const maxLineLength = 64 * 1024;

/**
 * Attaches a control client that only listens: tmux itself tells when a value changed. Resolves when
 * the pane or the client ends, for whatever reason.
 */
export async function followPane(
  server: FollowedServer,
  onChange: (state: PaneState) => void,
  signal: AbortSignal,
): Promise<void> {
  const closed = new AbortController();
  let window: string | undefined;
  const lines = createLineReader((line) => {
    const notice = parseNotice(line);
    if (notice !== undefined) {
      window = notice.window;
      onChange(notice.state);
    } else if (window !== undefined && line === `%unlinked-window-close ${window}`) {
      closed.abort();
    }
  });
  // A control client ends with its stdin.
  const fifo = `${server.socket}.${randomBytes(8).toString("hex")}`;
  // -N: where there is no server it starts none.
  const argv = ["sh", "-c", abruptClient, "sh", fifo, ...server.tmux, "-N", "-C"];
  argv.push(...watchCommands());
  try {
    await server.shell.run(argv, {
      timeoutMs: Number.MAX_SAFE_INTEGER,
      maxOutputBytes: Number.MAX_SAFE_INTEGER,
      signal: AbortSignal.any([signal, closed.signal]),
      onOutput: (chunk, stream) => {
        if (stream === "stdout") lines(chunk);
      },
    });
  } catch (error) {
    if (!signal.aborted && !closed.signal.aborted) throw error;
  }
}

/**
 * The client is in a session of its own, in which the pane's window is never the current one. Before
 * tmux 3.5 the server dies when a client comes or goes where the current window shows a program that
 * asked to be told of the focus and has ended: https://github.com/tmux/tmux/issues/3776
 */
function watchCommands(): string[] {
  const flags = "no-output,ignore-size,read-only";
  return tmuxCommands([
    ["has-session", "-t", firstPane],
    ["new-session", "-A", "-s", watchSession, "-f", flags, "--", "sleep", "0"],
    // All panes: tmux leaves a dead one out when it is asked for by itself.
    ["refresh-client", "-B", `${subscription}:%*:${paneFormat}`],
    // Last, for it fails where an earlier client has linked it.
    ["link-window", "-d", "-s", firstPane, "-t", `=${watchSession}:${linkedIndex}`],
  ]);
}

const notice = new RegExp(
  `^%subscription-changed ${subscription} \\S+ (\\S+) \\S+ (%\\d+) : (.*)$`,
);

function parseNotice(line: string): { window: string; state: PaneState } | undefined {
  const [, window, pane, value] = notice.exec(line) ?? [];
  if (pane !== firstPane || window === undefined || value === undefined) return undefined;
  const state = parsePaneState(value);
  return state === undefined ? undefined : { window, state };
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
