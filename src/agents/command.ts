import { posix } from "node:path";
import { ProviderError } from "../core/errors.ts";
import type { Agent, AgentSession, LaunchRequest } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { AgentState } from "../core/thopter.ts";
import { createTmux, type Tmux } from "../shell/tmux.ts";
import { followState } from "./command-follow.ts";
import { hasEnded, readState, type StateReader } from "./command-state.ts";
import { writeLauncher } from "./launcher.ts";
import { pause } from "./pause.ts";
import { openSpool } from "./spool.ts";
import { answerAgent, endOf, tellAgent, type Talker } from "./talk.ts";

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
/** How long a machine's login profile may take. */
const longestStartMs = 15_000;

/**
 * Any program as an agent. Its state is what its terminal shows, output, the foreground and its end,
 * and what it reports: the lines of JSON that it appends to the file $THOPTER_REPORTS.
 */
export function createCommandAgent(options: CommandAgentOptions): Agent {
  const { name = "command", command, clock, idleAfterMs, verifyMs = 300 } = options;

  const readerOf = (session: AgentSession): StateReader => ({
    tmux: tmuxOf(session),
    spool: openSpool(session),
    clock,
    idleAfterMs,
  });

  const talkerOf = (session: AgentSession): Talker => ({ name, ...readerOf(session) });

  async function launch(
    session: AgentSession,
    request: LaunchRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const tmux = tmuxOf(session);
    const spool = openSpool(session);
    const { shown } = await readState(readerOf(session), signal);
    if (shown.status === "crashed") await tmux.stop(signal);
    else if (shown.status !== "gone") return;
    const env = {
      ...request.env,
      THOPTER_TASK_FILE: request.taskFile,
      THOPTER_REPORTS: spool.path,
    };
    const cwd = session.repositoryPath;
    const argv = await writeLauncher(session, { command, cwd, env }, signal);
    // What an earlier run of it said and asked is over.
    await spool.note({ hub: "launched" }, signal);
    await tmux.start({ argv, cwd }, signal);
  }

  async function verify(session: AgentSession, signal: AbortSignal): Promise<void> {
    const until = clock.now() + longestStartMs;
    let { shown } = await readState(readerOf(session), signal);
    do {
      if (!hasEnded(shown)) await pause(clock, verifyMs, signal);
      ({ shown } = await readState(readerOf(session), signal));
    } while (shown.status === "starting" && clock.now() < until);
    if (shown.status === "crashed" || shown.status === "gone") {
      throw await launchError(name, { state: shown, tmux: tmuxOf(session) }, signal);
    }
  }

  return {
    name,
    launch,
    verify,
    state: async (session, signal) => (await readState(readerOf(session), signal)).state,
    follow: (session, onState, signal) => followState(readerOf(session), onState, signal),
    tell: (session, request, signal) => tellAgent(talkerOf(session), request, signal),
    answer: (session, request, signal) => answerAgent(talkerOf(session), request, signal),
    screen: (session, { history }, signal) =>
      tmuxOf(session).capture({ history, maxLength: screenLength }, signal),
    stop: (session, signal) => tmuxOf(session).stop(signal),
  };
}

function tmuxOf({ shell, places }: AgentSession): Tmux {
  return createTmux(shell, { socket: posix.join(places.run, "tmux.sock") });
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
