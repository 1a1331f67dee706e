import { posix } from "node:path";
import { UserError } from "../core/errors.ts";
import type { Agent, AgentSession } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Tmux } from "../shell/tmux.ts";
import { translateCodex } from "./codex-events.ts";
import { readCodexHome } from "./codex-home.ts";
import { codexArguments, type CodexPermissions } from "./codex-options.ts";
import { codexRecord } from "./codex-record.ts";
import { readCodexScreen, type CodexScreen } from "./codex-screen.ts";
import { codexText } from "./codex-text.ts";
import type { Look } from "./command-state.ts";
import { createConversations } from "./conversations.ts";
import { findProgram } from "./find-program.ts";
import { hookScript } from "./hook-script.ts";
import { writePrivateFile } from "./private-file.ts";
import { createScreenKeyboard } from "./screen-keyboard.ts";
import { captureScreen } from "./screen-text.ts";
import { shellQuote } from "./shell-quote.ts";
import { taskPrompt } from "./task-prompt.ts";
import { createTerminalAgent, type Prepared, type PrepareRequest } from "./terminal-agent.ts";

/** How Codex reaches a model. */
export type CodexLogin = {
  /** Without it, the login that a thopter's home brings along. */
  OPENAI_API_KEY?: string | undefined;
  OPENAI_BASE_URL?: string | undefined;
};

export type CodexAgentOptions = {
  /** Paths, or names on the machine's PATH, of which the first that it has is run. */
  programs: readonly string[];
  login: CodexLogin;
  permissions: CodexPermissions;
  clock: Clock;
  idleAfterMs: number;
  /** How long it may take to take its task; 90,000 when absent. */
  taskMs?: number;
};

const product = { agent: "codex", title: "Codex", npmPackage: "@openai/codex" };

/** Codex as an agent. Its hooks report what it does; where they are silent, its screen tells. */
export function createCodexAgent(options: CodexAgentOptions): Agent {
  const { clock, idleAfterMs, taskMs = 90_000 } = options;
  return createTerminalAgent({
    name: "codex",
    ...{ clock, idleAfterMs, taskMs, verifyMs: 300 },
    prepare: (session, request, signal) => prepare(options, { session, request }, signal),
    settle: settleCodex,
    look: lookAtCodex,
    keyboard: createScreenKeyboard({ clock, read: readCodexScreen, textOf: codexText }),
    translate: translateCodex,
    readTranscript: createConversations(codexRecord).readTranscript,
  });
}

type Launching = { session: AgentSession; request: PrepareRequest };

async function prepare(
  options: CodexAgentOptions,
  { session, request }: Launching,
  signal: AbortSignal,
): Promise<Prepared> {
  // The login of a thopter's identity goes before the hub's.
  const login: CodexLogin = { ...options.login, ...request.login };
  const { OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl } = login;
  const again = { conversation: request.again?.conversation };
  const { directory, hasLogin, conversation } = await readCodexHome(session, again, signal);
  if (key === undefined && !hasLogin) throw noLogin();
  const program = await findProgram(session, { ...product, programs: options.programs }, signal);
  const pathOf = (name: string): string => posix.join(session.places.run, name);
  const [hookPath, taskPath] = [pathOf("codex-hook.sh"), pathOf("codex-task")];
  const files = {
    [hookPath]: hookScript(request.reportsPath),
    [taskPath]: taskPrompt(request, codexText),
  };
  for (const [path, content] of Object.entries(files)) {
    await writePrivateFile(session.shell, { path, content }, signal);
  }
  // An identity's home may hold its login: that goes before the hub's key as well.
  const isBrought = hasLogin && request.login !== undefined && !("OPENAI_API_KEY" in request.login);
  const usesKey = key !== undefined && !isBrought;
  const { permissions } = options;
  const words = codexArguments({ hookPath, directory, permissions, usesKey, baseUrl });
  const command = [
    `exec ${shellQuote(program)}`,
    ...words.map((one) => shellQuote(one)),
    // It goes on with what it has; what to do next it is told.
    conversation === undefined ? `-- "$(cat ${shellQuote(taskPath)})"` : `resume ${conversation}`,
  ];
  const kept = again.conversation === undefined ? "none" : "missing";
  return {
    command: command.join(" "),
    env: usesKey ? { OPENAI_API_KEY: key } : {},
    conversation: conversation === undefined ? kept : "resumed",
  };
}

function noLogin(): UserError {
  return new UserError(
    'Cannot launch the agent "codex": it has no login. Choose an identity that has one, or set OPENAI_API_KEY and start the hub again.',
    { code: "unavailable" },
  );
}

async function readScreen(tmux: Tmux, signal: AbortSignal): Promise<CodexScreen> {
  return readCodexScreen(await captureScreen(tmux, signal));
}

/** Before it opens a clone that it does not trust, no setting keeps it from asking. */
async function settleCodex(tmux: Tmux, signal: AbortSignal): Promise<boolean> {
  const { draft, isWorking, asksFolder, hasTalked } = await readScreen(tmux, signal);
  if (asksFolder) await openFolder(tmux, signal);
  // A conversation that it goes on with it shows, but no hook tells of.
  return draft !== undefined && hasTalked && !isWorking;
}

/** What is chosen at first lets nothing of the clone run. */
function openFolder(tmux: Tmux, signal: AbortSignal): Promise<void> {
  return tmux.press(["Enter"], signal);
}

async function lookAtCodex(tmux: Tmux, _pid: number, signal: AbortSignal): Promise<Look> {
  const { draft, isWorking, hasDialog, asksFolder, limit } = await readScreen(tmux, signal);
  if (asksFolder) {
    // Whoever started it may have died before that was passed.
    await openFolder(tmux, signal);
    return { status: "working" };
  }
  if (hasDialog) return { status: "waiting" };
  const asksNothing = draft !== undefined;
  if (isWorking) return { status: "working", asksNothing };
  return limit === undefined
    ? { status: "idle", asksNothing }
    : { status: "limited", limit, asksNothing };
}
