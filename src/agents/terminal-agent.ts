import { posix } from "node:path";
import { UserError } from "../core/errors.ts";
import type {
  Agent,
  AgentSession,
  LaunchRequest,
  Restarted,
  TranscriptPage,
  TranscriptRequest,
} from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import { createTmux, type Tmux } from "../shell/tmux.ts";
import { followState } from "./command-follow.ts";
import { readState, type Look, type StateReader } from "./command-state.ts";
import { writeLauncher } from "./launcher.ts";
import type { Translate } from "./reports.ts";
import { openSpool } from "./spool.ts";
import { answerAgent, tellAgent, type Keyboard, type Talker } from "./talk.ts";
import { verifyLaunched } from "./verify-launched.ts";

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
  prepare(session: AgentSession, request: PrepareRequest, signal: AbortSignal): Promise<Prepared>;
  /** Passes what is asked before it takes its task; answers with whether it can be told something without one. */
  settle?(tmux: Tmux, signal: AbortSignal): Promise<boolean>;
  look(tmux: Tmux, pid: number, signal: AbortSignal): Promise<Look>;
  keyboard: Keyboard;
  translate?: Translate;
  /** A page of what it keeps of its conversation; absent where it keeps none. */
  readTranscript?(
    session: AgentSession,
    request: TranscriptRequest & { conversation: string | undefined },
    signal: AbortSignal,
  ): Promise<TranscriptPage>;
};

export type Prepared = {
  command: string;
  env: Readonly<Record<string, string>>;
  /** What becomes of its conversation; "none" when absent. */
  conversation?: Restarted["conversation"];
};

export type PrepareRequest = LaunchRequest & {
  reportsPath: string;
  /** Whether it ran before, and goes on; `conversation` is what it reported of it. */
  again?: { conversation: string | undefined };
};

const screenLength = 200_000;

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
    const { tmux, spool, ...reader } = readerOf(session);
    const { shown } = await readState({ tmux, spool, ...reader }, signal);
    if (shown.status !== "crashed" && shown.status !== "gone") return;
    const prepared = await prepare(session, { ...request, reportsPath: spool.path }, signal);
    // Also what is left of a server without its session: it would give the new pane another number.
    await tmux.stop(signal);
    await start({ tmux, spool }, prepared.program, signal);
  }

  async function restart(
    session: AgentSession,
    { fresh = false, ...request }: LaunchRequest & { fresh?: boolean },
    signal: AbortSignal,
  ): Promise<Restarted> {
    const { tmux, spool } = readerOf(session);
    const { conversation } = await spool.read(signal);
    const again = fresh ? {} : { again: { conversation } };
    // First, so that what cannot be started again is not ended.
    const prepared = await prepare(
      session,
      { ...request, reportsPath: spool.path, ...again },
      signal,
    );
    const size = await tmux.size(signal);
    await tmux.stop(signal);
    const program = { ...prepared.program, ...(size !== undefined && { size }) };
    await start({ tmux, spool }, program, signal);
    return { conversation: prepared.conversation };
  }

  async function prepare(
    session: AgentSession,
    request: PrepareRequest,
    signal: AbortSignal,
  ): Promise<Restarted & { program: Program }> {
    const prepared = await options.prepare(session, request, signal);
    const env = {
      ...request.env,
      ...prepared.env,
      ...request.login,
      THOPTER_TASK_FILE: request.taskFile,
      THOPTER_REPORTS: request.reportsPath,
    };
    const cwd = session.repositoryPath;
    const argv = await writeLauncher(session, { command: prepared.command, cwd, env }, signal);
    return { program: { argv, cwd }, conversation: prepared.conversation ?? "none" };
  }

  async function transcript(
    session: AgentSession,
    request: TranscriptRequest,
    signal: AbortSignal,
  ): Promise<TranscriptPage> {
    if (options.readTranscript !== undefined) {
      const { conversation } = await readerOf(session).spool.read(signal);
      return options.readTranscript(session, { ...request, conversation }, signal);
    }
    if (request.before !== undefined) throw noOtherPage(name);
    const shown = await tmuxOf(session).capture({ history: true, maxLength: screenLength }, signal);
    return { entries: shown === "" ? [] : [{ role: "agent", text: shown }] };
  }

  return {
    name,
    launch,
    restart,
    verify: (session, signal) =>
      verifyLaunched(
        { name, reader: readerOf(session), verifyMs, taskMs, settle: options.settle },
        signal,
      ),
    transcript,
    state: async (session, signal) => (await readState(readerOf(session), signal)).state,
    follow: (session, onState, signal) => followState(readerOf(session), onState, signal),
    tell: (session, request, signal) => tellAgent(talkerOf(session), request, signal),
    answer: (session, request, signal) => answerAgent(talkerOf(session), request, signal),
    screen: (session, { history }, signal) =>
      tmuxOf(session).capture({ history, maxLength: screenLength }, signal),
    stop: (session, signal) => tmuxOf(session).stop(signal),
  };
}

type Program = Parameters<Tmux["start"]>[0];

async function start(
  { tmux, spool }: Pick<StateReader, "tmux" | "spool">,
  program: Program,
  signal: AbortSignal,
): Promise<void> {
  // What an earlier run of it said and asked is over.
  await spool.note({ hub: "launched" }, signal);
  await tmux.start(program, signal);
}

function noOtherPage(name: string): UserError {
  return new UserError(
    `Cannot read that page of the transcript: the agent "${name}" keeps no conversation, and what its terminal showed is one page. Leave it out.`,
  );
}

function tmuxOf({ shell, places }: AgentSession): Tmux {
  return createTmux(shell, { socket: posix.join(places.run, "tmux.sock") });
}
