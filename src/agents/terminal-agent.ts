import { posix } from "node:path";
import { ProviderError } from "../core/errors.ts";
import type { Agent, AgentSession, LaunchRequest } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { AgentState } from "../core/thopter.ts";
import { createTmux, type Tmux } from "../shell/tmux.ts";
import { followState } from "./command-follow.ts";
import { readState, type Look, type StateReader } from "./command-state.ts";
import { writeLauncher } from "./launcher.ts";
import { pause } from "./pause.ts";
import type { Translate } from "./reports.ts";
import { openSpool } from "./spool.ts";
import { answerAgent, endOf, tellAgent, type Keyboard, type Talker } from "./talk.ts";

export type TerminalAgentOptions = {
  name: string;
  clock: Clock;
  /** How long it writes nothing before its terminal is looked at. */
  idleAfterMs: number;
  /** How long it has to stay alive to count as launched. */
  verifyMs: number;
  /** How long it may take until it reports that it took its task; absent where nothing is reported. */
  taskMs?: number;
  /** Makes the machine ready, and answers with a command line for sh and what its environment has beside the request's. */
  prepare(
    session: AgentSession,
    request: LaunchRequest & { reportsPath: string },
    signal: AbortSignal,
  ): Promise<{ command: string; env: Readonly<Record<string, string>> }>;
  look(tmux: Tmux, pid: number, signal: AbortSignal): Promise<Look>;
  keyboard: Keyboard;
  translate?: Translate;
};

const screenLength = 200_000;
const lastWordsLength = 2_000;
const lastWordsTries = 5;
const lastWordsPauseMs = 100;
/** How long a machine's login profile may take. */
const longestStartMs = 15_000;

/** A program in a tmux session as an agent: its state is what its terminal shows and what it reports. */
export function createTerminalAgent(options: TerminalAgentOptions): Agent {
  const { name, clock, idleAfterMs, verifyMs, taskMs, keyboard, translate } = options;

  function readerOf(session: AgentSession): StateReader {
    const tmux = tmuxOf(session);
    const look = (pid: number, signal: AbortSignal) => options.look(tmux, pid, signal);
    return { tmux, spool: openSpool(session, translate), clock, idleAfterMs, look };
  }

  const talkerOf = (session: AgentSession): Talker => ({ name, keyboard, ...readerOf(session) });

  async function launch(
    session: AgentSession,
    request: LaunchRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const reader = readerOf(session);
    const { tmux, spool } = reader;
    const { shown } = await readState(reader, signal);
    if (shown.status === "crashed") await tmux.stop(signal);
    else if (shown.status !== "gone") return;
    const prepared = await options.prepare(
      session,
      { ...request, reportsPath: spool.path },
      signal,
    );
    const env = {
      ...request.env,
      ...prepared.env,
      THOPTER_TASK_FILE: request.taskFile,
      THOPTER_REPORTS: spool.path,
    };
    const cwd = session.repositoryPath;
    const argv = await writeLauncher(session, { command: prepared.command, cwd, env }, signal);
    // What an earlier run of it said and asked is over.
    await spool.note({ hub: "launched" }, signal);
    await tmux.start({ argv, cwd }, signal);
  }

  async function verify(session: AgentSession, signal: AbortSignal): Promise<void> {
    const reader = readerOf(session);
    const until = clock.now() + (taskMs ?? longestStartMs);
    const fail = async (state: AgentState, why: string): Promise<never> => {
      throw await launchError(name, { state, why, reader }, signal);
    };
    for (;;) {
      const { shown, standing } = await readState(reader, signal);
      if (shown.status === "crashed" || shown.status === "gone") return fail(shown, endOf(shown));
      if (shown.status === "done") return;
      const isUnderWay = taskMs === undefined && shown.status !== "starting";
      if (standing.hasSpoken === true || isUnderWay) break;
      // What no hook tells of is asked before the task: a login, or whether the clone is trusted.
      if (taskMs !== undefined && shown.status === "waiting") {
        return fail(shown, "it asks something before it takes its task");
      }
      if (clock.now() >= until) {
        if (taskMs === undefined) return;
        return fail(shown, "it does not take its task");
      }
      await pause(clock, verifyMs, signal);
    }
    await pause(clock, verifyMs, signal);
    const { shown } = await readState(reader, signal);
    if (shown.status === "crashed" || shown.status === "gone") return fail(shown, endOf(shown));
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
  { state, why, reader }: { state: AgentState; why: string; reader: StateReader },
  signal: AbortSignal,
): Promise<ProviderError> {
  const screen = state.status === "gone" ? "" : await lastWords(reader, signal);
  const said = screen === "" ? "and said nothing" : `and said:\n${screen}`;
  return new ProviderError(`Cannot launch the agent "${name}": ${why}, ${said}`, {
    kind: "permanent",
  });
}

/** What a program wrote last may come to its terminal a moment after its end. */
async function lastWords({ tmux, clock }: StateReader, signal: AbortSignal): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const screen = await tmux.capture({ history: false, maxLength: lastWordsLength }, signal);
    if (screen !== "" || tries === lastWordsTries) return screen;
    await pause(clock, lastWordsPauseMs, signal);
  }
}
