import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { AgentSession, LaunchRequest } from "../../src/core/ports/agent.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import { createLocalShell } from "../../src/shell/local.ts";
import { createTmux, type Tmux } from "../../src/shell/tmux.ts";
import { temporaryDirectory } from "../temp-directory.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

export type CommandSession = {
  session: AgentSession;
  request: LaunchRequest;
  tmux: Tmux;
  /** What stands in a file of the clone; empty when there is none. */
  read: (file: string) => string;
};

/** A machine in a temporary directory, whose tmux server ends with the test. */
export function openCommandSession(): CommandSession {
  const root = realpathSync(temporaryDirectory());
  const places = { home: join(root, "home"), run: join(root, "run") };
  const repositoryPath = join(root, "work", "it's a clone");
  mkdirSync(places.home);
  mkdirSync(repositoryPath, { recursive: true });
  const taskFile = join(root, "work", "task.md");
  writeFileSync(taskFile, "Do it.\n");
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", HOME: places.home };
  const shell = createLocalShell({ env, cwd: places.home });
  const tmux = createTmux(shell, { socket: join(places.run, "tmux.sock") });
  onTestFinished(async () => {
    await tmux.stop(new AbortController().signal);
    await shell.close();
  });
  return {
    session: { shell, places, repositoryPath },
    request: { task: "Do it.\n", taskFile, env: { GREETING: "hello" } },
    tmux,
    read(file) {
      const path = join(repositoryPath, file);
      return existsSync(path) ? readFileSync(path, "utf8") : "";
    },
  };
}
