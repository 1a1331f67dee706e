import { ProviderError } from "../core/errors.ts";
import type { RunResult, Shell } from "../core/ports/shell.ts";
import type { TerminalSize } from "../core/ports/terminal.ts";
import { stripControls, untrustedText } from "../core/untrusted-text.ts";
import { saidOn, whyFailed } from "./run-failure.ts";
import {
  nothingTakes,
  pasteCommands,
  pressCommand,
  resizeCommand,
  sendCommands,
  startCommands,
  tmuxCommands,
} from "./tmux-commands.ts";
import { followPane } from "./tmux-follow.ts";
import { firstPane, paneFormat, parsePaneState, type PaneState } from "./tmux-pane.ts";
import { lookForEndedChildren, stopServer, tailOf, terminalGroup } from "./tmux-scripts.ts";

export type TmuxStatus =
  | { alive: false }
  | (PaneState & {
      alive: true;
      /** The first process of the pane. */
      pid: number;
      /** For at least how long nothing was written; tmux counts in seconds. */
      quietMs: number;
      /** The machine's clock, in milliseconds. */
      machineNow: number;
    });

/** A tmux server of its own with one session, whose first pane runs a program. */
export type Tmux = {
  /** Throws ProviderError when the session exists already. It outlives this process. */
  start(
    program: { argv: readonly string[]; cwd: string; size?: TerminalSize },
    signal: AbortSignal,
  ): Promise<void>;
  /** Undefined where there is no session. */
  size(signal: AbortSignal): Promise<TerminalSize | undefined>;
  resize(size: TerminalSize, signal: AbortSignal): Promise<void>;
  status(signal: AbortSignal): Promise<TmuxStatus>;
  /** Whether the pane's first process, not one that it started, has the terminal. */
  ownsTerminal(pid: number, signal: AbortSignal): Promise<boolean>;
  /** Pastes text without its control characters, newlines and tabs excepted, then presses Enter. */
  send(text: string, signal: AbortSignal): Promise<void>;
  /** The same without Enter, for programs that take an Enter right behind a paste for a part of it. */
  paste(text: string, signal: AbortSignal): Promise<void>;
  /** Presses keys by their names in tmux, like "C-c". */
  press(keys: readonly string[], signal: AbortSignal): Promise<void>;
  /** The last `maxLength` characters of the screen, with what scrolled away as well if asked. Untrusted text, made fit to show. */
  capture(options: { history: boolean; maxLength: number }, signal: AbortSignal): Promise<string>;
  /** Reports the pane's state now and, at most once a second, when it changed; resolves when the session ends, the link drops or the signal aborts. */
  follow(onChange: (state: PaneState) => void, signal: AbortSignal): Promise<void>;
  /** Ends the server and what runs in its panes. No server is success. */
  stop(signal: AbortSignal): Promise<void>;
};

const limits = { timeoutMs: 30_000 };
const exitCodeTries = 4;

// The server may be asked too early or too late; anything else is a failure to ask.
const notThere =
  /no server running|no sessions|can't find (?:pane|session|window)|server exited|lost server|error connecting to .*\((?:No such file or directory|Connection refused)\)/;

/** The command line that reaches the tmux server at this socket, and no other. */
export function tmuxAt(socket: string): string[] {
  const tmux = ["env", "-u", "TMUX", "-u", "TMUX_PANE", "tmux", "-u", "-f", "/dev/null"];
  return [...tmux, "-S", socket];
}

/** Drives the tmux server at `socket`, a path on the shell's machine, and no other. */
export function createTmux(shell: Shell, { socket }: { socket: string }): Tmux {
  const tmux = tmuxAt(socket);

  async function run(argv: readonly string[], what: string, options: RunExtras): Promise<string> {
    const result = await shell.run(argv, { ...limits, ...options });
    if (result.exitCode !== 0) throw failed(what, result);
    return textOf(result.stdout);
  }

  /** Throws ProviderError where the program has ended that it would be typed to. */
  async function typeInto(commands: readonly string[], options: RunExtras): Promise<void> {
    const said = await run([...tmux, ...commands], "type into", options);
    if (!said.includes(nothingTakes)) return;
    throw new ProviderError("Cannot type into the tmux session: its program has ended", {
      kind: "permanent",
    });
  }

  async function readStatus(signal: AbortSignal): Promise<Status> {
    // Of a pane that is not there display-message tells nothing, and does not fail.
    const commands = tmuxCommands([
      ["has-session", "-t", firstPane],
      ["display-message", "-p", "-t", firstPane, statusFormat],
    ]);
    const argv = [...tmux, ...commands];
    const result = await shell.run(argv, { ...limits, signal });
    if (result.exitCode === 0) return parseStatus(textOf(result.stdout));
    if (notThere.test(textOf(result.stderr))) return { alive: false };
    throw failed("read the state of", result);
  }

  async function status(signal: AbortSignal): Promise<TmuxStatus> {
    for (let tries = 1; ; tries += 1) {
      const found = await readStatus(signal);
      const known = !found.alive || !found.paneDead || found.exitCode !== undefined;
      if (known || tries === exitCodeTries) return found;
      // Now and then tmux 3.3 misses the signal that its child ended, and waits for the next one.
      const argv = ["sh", "-c", lookForEndedChildren, "sh", String(found.serverPid)];
      await run(argv, "learn the end of", { signal });
    }
  }

  return {
    async start(program, signal) {
      // Not by -c: tmux would fill in what looks like a format in the path.
      const options = { signal, cwd: program.cwd };
      const commands = startCommands(program.argv, program.size);
      await run([...tmux, ...commands], "start", options);
    },
    async size(signal) {
      const format = "#{pane_width},#{pane_height}";
      const argv = [...tmux, "display-message", "-p", "-t", firstPane, format];
      const { stdout } = await shell.run(argv, { ...limits, signal });
      const [, columns, rows] = /^(\d{1,3}),(\d{1,3})\n$/.exec(textOf(stdout)) ?? [];
      if (columns === undefined) return undefined;
      return { columns: Number(columns), rows: Number(rows) };
    },
    async resize(size, signal) {
      await run([...tmux, ...resizeCommand(size)], "resize", { signal });
    },
    status,
    async ownsTerminal(pid, signal) {
      const argv = ["sh", "-c", terminalGroup, "sh", String(pid)];
      return Number(await run(argv, "read the terminal of", { signal })) === pid;
    },
    async send(text, signal) {
      const stdin = stripControls(text);
      // tmux makes no buffer of nothing.
      const commands = stdin === "" ? pressCommand(["Enter"]) : sendCommands();
      await typeInto(commands, { signal, stdin });
    },
    async paste(text, signal) {
      const stdin = stripControls(text);
      if (stdin !== "") await typeInto(pasteCommands(), { signal, stdin });
    },
    async press(keys, signal) {
      await run([...tmux, ...pressCommand(keys)], "press keys in", { signal });
    },
    async capture({ history, maxLength }, signal) {
      const capture = [
        "capture-pane",
        "-p",
        "-J",
        "-t",
        firstPane,
        ...(history ? ["-S", "-"] : []),
      ];
      // No UTF-16 unit takes more than three bytes.
      const argv = ["sh", "-c", tailOf, "sh", String(maxLength * 3), ...tmux, ...capture];
      const result = await shell.run(argv, { ...limits, signal });
      if (result.stdout.length === 0 && result.stderr.length > 0) throw failed("read", result);
      return tidyScreen(textOf(result.stdout), maxLength);
    },
    follow: (onChange, signal) => followPane({ shell, tmux, socket }, onChange, signal),
    async stop(signal) {
      await run(["sh", "-c", stopServer, "sh", ...tmux], "stop", { signal });
    },
  };
}

type RunExtras = { signal: AbortSignal; stdin?: string; cwd?: string };

const statusFormat = `%s,#{pid},#{pane_pid},${paneFormat}`;

type Status = { alive: false } | (TmuxStatus & { alive: true; serverPid: number });

function parseStatus(answer: string): Status {
  const [now, serverPid, pid, ...state] = answer.replace(/\n$/, "").split(",");
  const pane = parsePaneState(state.join(","));
  if (pane === undefined) {
    throw new ProviderError("Cannot read the state of the tmux session: its answer has no sense", {
      kind: "permanent",
    });
  }
  const machineNow = Number(now) * 1000;
  const quietMs = Math.max(0, machineNow - pane.activityAt - 1000);
  const pids = { serverPid: Number(serverPid), pid: Number(pid) };
  return { alive: true, ...pids, quietMs, machineNow, ...pane };
}

function tidyScreen(text: string, maxLength: number): string {
  const lines = text.split("\n").map((line) => line.trimEnd());
  return untrustedText(lines.join("\n").trimEnd(), { maxLength, keep: "end" });
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function failed(what: string, result: RunResult): ProviderError {
  const lasting = result.exitCode === 127 || notThere.test(saidOn(result));
  const kind = lasting ? "permanent" : "transient";
  return new ProviderError(`Cannot ${what} the tmux session: ${whyFailed(result, "tmux")}`, {
    kind,
  });
}
