import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished, vi } from "vitest";
import { plainEnvironment, program } from "../hub/hub-process.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const call = promisify(execFile);

/** A person at a real terminal. */
export type TerminalSession = {
  /** Types a command and Enter; its exit code shows as "[exit 0]" when it ends. */
  start(...args: readonly string[]): Promise<void>;
  /** Types a text and Enter. */
  type(text: string): Promise<void>;
  /** Presses a key by tmux's name for it. */
  press(key: string): Promise<void>;
  /** What the terminal shows, colours as escape sequences where asked for. */
  screen(colors?: boolean): Promise<string>;
  /** Ends it, and what runs in it; at the latest with the test. */
  close(): Promise<void>;
  /** Resolves with the screen once it shows this. */
  shows(words: string | RegExp): Promise<string>;
};

/** Opens a terminal of this size in a tmux of its own, which ends with the test. */
export async function openTerminal(
  env: Readonly<Record<string, string>>,
  { columns = 100, rows = 40 }: { columns?: number; rows?: number } = {},
): Promise<TerminalSession> {
  const socket = join(temporaryDirectory(), "tmux");
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const options = { env: { ...plainEnvironment(), ...env, PS1: "$ ", TERM: "xterm-256color" } };
    const { stdout } = await call("tmux", ["-S", socket, "-f", "/dev/null", ...args], options);
    return stdout;
  };
  const size = ["-x", String(columns), "-y", String(rows)];
  // Unlike other shells, bash goes on with the line after a program that has taken Ctrl-C itself.
  await tmux("new-session", "-d", ...size, "bash --norc");
  let open = true;
  async function close(): Promise<void> {
    if (open) await tmux("kill-server");
    open = false;
  }
  onTestFinished(close);

  async function type(text: string): Promise<void> {
    await tmux("send-keys", "-l", text);
    await tmux("send-keys", "Enter");
  }

  const session: TerminalSession = {
    type,
    close,
    start: (...args) =>
      type(
        `clear; ${process.execPath} ${program} ${args.map((arg) => `'${arg}'`).join(" ")}; echo "[exit $?]"`,
      ),
    press: async (key) => void (await tmux("send-keys", key)),
    screen: (colors = false) => tmux("capture-pane", "-p", ...(colors ? ["-e"] : [])),
    shows: (words) =>
      vi.waitFor(
        async () => {
          const screen = await session.screen();
          const found = typeof words === "string" ? screen.includes(words) : words.test(screen);
          if (!found) throw new Error(`It shows:\n${screen}`);
          return screen;
        },
        { timeout: 20_000, interval: 50 },
      ),
  };
  return session;
}
