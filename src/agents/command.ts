import { posix } from "node:path";
import { ProviderError, UserError } from "../core/errors.ts";
import type { Agent, AgentSession, LaunchRequest, TellRequest } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { AgentState } from "../core/thopter.ts";
import { createTmux, type Tmux } from "../shell/tmux.ts";
import { followState } from "./command-follow.ts";
import { readState, type StateReader } from "./command-state.ts";
import { writeLauncher } from "./launcher.ts";
import { pause } from "./pause.ts";
import { tellText } from "./tell-text.ts";

export type CommandAgentOptions = {
  name?: string;
  /** A command line for sh. Nothing is typed for it: it finds its task in $THOPTER_TASK_FILE. */
  command: string;
  clock: Clock;
  /** How long it writes nothing before it counts as idle. */
  idleAfterMs: number;
  /** How long it has to stay alive to count as launched; 300 when absent. */
  verifyMs?: number;
};

const screenLength = 200_000;
const lastWordsLength = 2_000;
const interruptPauseMs = 150;
/** How long a machine's login profile may take. */
const longestStartMs = 15_000;

/** Any program as an agent. Its state is what its terminal shows: output, the foreground, its end. */
export function createCommandAgent(options: CommandAgentOptions): Agent {
  const { name = "command", command, clock, idleAfterMs, verifyMs = 300 } = options;

  const readerOf = (session: AgentSession): StateReader => ({
    tmux: tmuxOf(session),
    clock,
    idleAfterMs,
  });

  async function launch(
    session: AgentSession,
    request: LaunchRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const tmux = tmuxOf(session);
    const { state } = await readState(readerOf(session), signal);
    if (state.status === "crashed") await tmux.stop(signal);
    else if (state.status !== "gone") return;
    const env = { ...request.env, THOPTER_TASK_FILE: request.taskFile };
    const cwd = session.repositoryPath;
    const argv = await writeLauncher(session, { command, cwd, env }, signal);
    await tmux.start({ argv, cwd }, signal);
  }

  async function verify(session: AgentSession, signal: AbortSignal): Promise<void> {
    const until = clock.now() + longestStartMs;
    let { state } = await readState(readerOf(session), signal);
    do {
      if (!hasEnded(state)) await pause(clock, verifyMs, signal);
      ({ state } = await readState(readerOf(session), signal));
    } while (state.status === "starting" && clock.now() < until);
    if (state.status === "crashed" || state.status === "gone") {
      throw await launchError(name, { state, tmux: tmuxOf(session) }, signal);
    }
  }

  async function tell(
    session: AgentSession,
    request: TellRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const tmux = tmuxOf(session);
    const { state } = await readState(readerOf(session), signal);
    if (hasEnded(state)) throw cannotTell(name, state);
    if (request.interrupt) {
      await tmux.press(["C-c"], signal);
      // A program may throw away what was typed while it handles the interrupt.
      await pause(clock, interruptPauseMs, signal);
    }
    await tmux.send(tellText(request), signal);
  }

  return {
    name,
    launch,
    verify,
    state: async (session, signal) => (await readState(readerOf(session), signal)).state,
    follow: (session, onState, signal) => followState(readerOf(session), onState, signal),
    tell,
    screen: (session, { history }, signal) =>
      tmuxOf(session).capture({ history, maxLength: screenLength }, signal),
    stop: (session, signal) => tmuxOf(session).stop(signal),
  };
}

function tmuxOf({ shell, places }: AgentSession): Tmux {
  return createTmux(shell, { socket: posix.join(places.run, "tmux.sock") });
}

function hasEnded({ status }: AgentState): boolean {
  return status === "done" || status === "crashed" || status === "gone";
}

function endOf(state: AgentState): string {
  if (state.status === "gone") return "its session is gone";
  return state.exitCode === undefined ? "it ended" : `it ended with exit code ${state.exitCode}`;
}

function cannotTell(name: string, state: AgentState): UserError {
  return new UserError(
    `Cannot tell the agent "${name}": ${endOf(state)}. Read its screen, then provision a new thopter or destroy this one.`,
    { code: "conflict" },
  );
}

async function launchError(
  name: string,
  { state, tmux }: { state: AgentState; tmux: Tmux },
  signal: AbortSignal,
): Promise<ProviderError> {
  const maxLength = lastWordsLength;
  const screen =
    state.status === "gone" ? "" : await tmux.capture({ history: false, maxLength }, signal);
  const said = screen === "" ? "and said nothing" : `and said:\n${screen}`;
  return new ProviderError(`Cannot launch the agent "${name}": ${endOf(state)}, ${said}`, {
    kind: "permanent",
  });
}
