import { ProviderError } from "../core/errors.ts";
import type { AgentState } from "../core/thopter.ts";
import type { Tmux } from "../shell/tmux.ts";
import { readState, type StateReader } from "./command-state.ts";
import { pause } from "./pause.ts";
import { endOf } from "./talk.ts";

export type LaunchedAgent = {
  name: string;
  reader: StateReader;
  /** How long it has to stay alive to count as launched. */
  verifyMs: number;
  /** How long it may take until it reports that it took its task; undefined where nothing is reported. */
  taskMs: number | undefined;
  /** Passes what is asked before it takes its task; answers with whether it can be told something without one. */
  settle: ((tmux: Tmux, signal: AbortSignal) => Promise<boolean>) | undefined;
};

const lastWordsLength = 2_000;
const lastWordsTries = 20;
const lastWordsPauseMs = 100;
/** How long a machine's login profile may take. */
const longestStartMs = 15_000;

/** Throws ProviderError, an agent's last words its cause, when it has already ended or never took its task. */
export async function verifyLaunched(
  { name, reader, verifyMs, taskMs, settle }: LaunchedAgent,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = reader;
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
    if ((await settle?.(reader.tmux, signal)) === true) break;
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

async function launchError(
  name: string,
  { state, why, reader }: { state: AgentState; why: string; reader: StateReader },
  signal: AbortSignal,
): Promise<ProviderError> {
  const screen = state.status === "gone" ? "" : await lastWords(reader, signal);
  const words = `Cannot launch the agent "${name}": ${why}`;
  if (screen === "") {
    return new ProviderError(`${words}, and said nothing`, { kind: "permanent" });
  }
  // Beside the hub's own words, which everyone may read.
  const cause = new Error(`it said:\n${screen}`);
  return new ProviderError(words, { kind: "permanent", cause });
}

/** What a program wrote last may come to its terminal a moment after its end. */
async function lastWords({ tmux, clock }: StateReader, signal: AbortSignal): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const screen = await tmux.capture({ history: false, maxLength: lastWordsLength }, signal);
    if (screen !== "" || tries === lastWordsTries) return screen;
    await pause(clock, lastWordsPauseMs, signal);
  }
}
