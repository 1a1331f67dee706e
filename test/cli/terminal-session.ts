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
  /** Types a text alone. */
  write(text: string): Promise<void>;
  /** Presses a key by tmux's name for it. */
  press(key: string): Promise<void>;
  /** What the terminal shows, colours as escape sequences where asked for. */
  screen(colors?: boolean): Promise<string>;
  /** Drags its window to another size. */
  resize(columns: number, rows: number): Promise<void>;
  /** Ends it, and what runs in it; at the latest with the test. */
  close(): Promise<void>;
  /** Resolves with the screen once it shows this. */
  shows(words: string | RegExp): Promise<string>;
};

/** Opens a terminal of this size in a tmux of its own, which ends with the test. */
export async function openTerminal(
  env: Readonly<Record<string, string>>,
  {
    columns = 100,
    rows = 40,
    // Unlike other shells, bash goes on with the line after a program that has taken Ctrl-C itself.
    shell = "bash --norc",
  }: { columns?: number; rows?: number; shell?: string } = {},
): Promise<TerminalSession> {
  const socket = join(temporaryDirectory(), "tmux");
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const options = { env: { ...plainEnvironment(), ...env, PS1: "$ ", TERM: "xterm-256color" } };
    const { stdout } = await call("tmux", ["-S", socket, "-f", "/dev/null", ...args], options);
    return stdout;
  };
  const size = ["-x", String(columns), "-y", String(rows)];
  await tmux("new-session", "-d", ...size, shell);
  let open = true;
  async function close(): Promise<void> {
    if (open) await tmux("kill-server");
    open = false;
  }
  onTestFinished(close);

  const write = async (text: string): Promise<void> =>
    void (await tmux("send-keys", "-l", "--", text));

  async function type(text: string): Promise<void> {
    await write(text);
    await tmux("send-keys", "Enter");
  }

  async function until(isThere: (screen: string) => boolean): Promise<string> {
    return vi.waitFor(
      async () => {
        const screen = await session.screen();
        if (!isThere(screen)) throw new Error(`It shows:\n${screen}`);
        return screen;
      },
      { timeout: 30_000, interval: 50 },
    );
  }

  const session: TerminalSession = {
    type,
    write,
    close,
    async start(...args) {
      // Nothing of the command before may be taken for an answer of this one.
      await type("clear");
      await until((screen) => screen.trim().split("\n").length === 1 && !screen.includes("[exit"));
      const command = [process.execPath, program, ...args.map((arg) => `'${arg}'`)].join(" ");
      await type(`clear; ${command}; echo "[exit $?]"`);
    },
    resize: async (width, height) =>
      void (await tmux("resize-window", "-x", String(width), "-y", String(height))),
    press: async (key) => void (await tmux("send-keys", key)),
    screen: (colors = false) => tmux("capture-pane", "-p", ...(colors ? ["-e"] : [])),
    shows: (words) =>
      until((screen) => (typeof words === "string" ? screen.includes(words) : words.test(screen))),
  };
  return session;
}
