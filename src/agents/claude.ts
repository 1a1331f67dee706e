import { posix } from "node:path";
import { UserError } from "../core/errors.ts";
import type { Agent, AgentSession, LaunchRequest } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Tmux } from "../shell/tmux.ts";
import { translateClaude } from "./claude-events.ts";
import { claudeSettings, type ClaudePermissions } from "./claude-hooks.ts";
import { claudeText, createClaudeKeyboard } from "./claude-keyboard.ts";
import { claudeRecord } from "./claude-record.ts";
import { readClaudeScreen } from "./claude-screen.ts";
import { seedClaude } from "./claude-seed.ts";
import type { Look } from "./command-state.ts";
import { createConversations, type Conversations } from "./conversations.ts";
import { findProgram } from "./find-program.ts";
import { hookScript } from "./hook-script.ts";
import { writePrivateFile } from "./private-file.ts";
import { captureScreen } from "./screen-text.ts";
import { shellQuote } from "./shell-quote.ts";
import { taskPrompt } from "./task-prompt.ts";
import { createTerminalAgent, type Prepared, type PrepareRequest } from "./terminal-agent.ts";

/** How Claude Code reaches a model. */
export type ClaudeLogin = {
  ANTHROPIC_API_KEY?: string | undefined;
  CLAUDE_CODE_OAUTH_TOKEN?: string | undefined;
  ANTHROPIC_BASE_URL?: string | undefined;
};

export type ClaudeAgentOptions = {
  /** Paths, or names on the machine's PATH, of which the first that it has is run. */
  programs: readonly string[];
  login: ClaudeLogin;
  permissions: ClaudePermissions;
  /** Whether machines hold what runs on them: there its refusal to run as root has no point. */
  contained: boolean;
  clock: Clock;
  idleAfterMs: number;
  /** How long it may take to take its task; 90,000 when absent. */
  taskMs?: number;
};

const product = {
  agent: "claude",
  title: "Claude Code",
  npmPackage: "@anthropic-ai/claude-code",
};

/** Claude Code as an agent. Its hooks report what it does; where they are silent, its screen tells. */
export function createClaudeAgent(options: ClaudeAgentOptions): Agent {
  const { clock, idleAfterMs, taskMs = 90_000 } = options;
  const conversations = createConversations(claudeRecord);
  return createTerminalAgent({
    name: "claude",
    ...{ clock, idleAfterMs, taskMs, verifyMs: 300 },
    prepare: (session, request, signal) =>
      prepare({ ...options, conversations }, { session, request }, signal),
    look: lookAtClaude,
    keyboard: createClaudeKeyboard(clock),
    translate: (line) => translateClaude(line, options.permissions),
    readTranscript: conversations.readTranscript,
  });
}

type Launching = { session: AgentSession; request: PrepareRequest };

async function prepare(
  options: ClaudeAgentOptions & { conversations: Conversations },
  { session, request }: Launching,
  signal: AbortSignal,
): Promise<Prepared> {
  const { shell, places } = session;
  const login = loginOf(options.login, request.login);
  const program = await findProgram(session, { ...product, programs: options.programs }, signal);
  await seedClaude(session, { apiKey: login["ANTHROPIC_API_KEY"] }, signal);
  const pathOf = (name: string): string => posix.join(places.run, name);
  const settings = { hookPath: pathOf("claude-hook.sh"), permissions: options.permissions };
  const files = {
    "claude-hook.sh": hookScript(request.reportsPath),
    "claude-settings.json": claudeSettings(settings),
    "claude-task": taskPrompt(request, claudeText),
  };
  for (const [name, content] of Object.entries(files)) {
    await writePrivateFile(shell, { path: pathOf(name), content }, signal);
  }
  const { again } = request;
  const taken =
    again === undefined
      ? "none"
      : await options.conversations.toResume(session, again.conversation, signal);
  const command = [
    `exec ${shellQuote(program)}`,
    // Not the repository's settings: they could send the login elsewhere, or allow anything.
    "--setting-sources user",
    `--settings ${shellQuote(pathOf("claude-settings.json"))}`,
    // It goes on with what it has; what to do next it is told.
    typeof taken === "string"
      ? `-- "$(cat ${shellQuote(pathOf("claude-task"))})"`
      : `--resume ${taken.id}`,
  ];
  return {
    command: command.join(" "),
    env: { ...quiet(options.contained), ...login },
    conversation: typeof taken === "string" ? taken : "resumed",
  };
}

function quiet(contained: boolean): Record<string, string> {
  return {
    DISABLE_AUTOUPDATER: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    // Its own screen would hide what scrolled away.
    CLAUDE_CODE_DISABLE_ALTERNATE_SCREEN: "1",
    ...(contained ? { IS_SANDBOX: "1" } : {}),
  };
}

/** The login of a thopter's identity takes the place of the hub's, which is not mixed with it. */
function loginOf(own: ClaudeLogin, identity: LaunchRequest["login"] = {}): Record<string, string> {
  const hasLogin = "ANTHROPIC_API_KEY" in identity || "CLAUDE_CODE_OAUTH_TOKEN" in identity;
  const { ANTHROPIC_BASE_URL } = own;
  const login: ClaudeLogin = { ...(hasLogin ? { ANTHROPIC_BASE_URL } : own), ...identity };
  const present = Object.entries(login).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  if (login.ANTHROPIC_API_KEY === undefined && login.CLAUDE_CODE_OAUTH_TOKEN === undefined) {
    throw new UserError(
      'Cannot launch the agent "claude": it has no login. Choose an identity that has one, or set ANTHROPIC_API_KEY, or CLAUDE_CODE_OAUTH_TOKEN to what "claude setup-token" prints, and start the hub again.',
      { code: "unavailable" },
    );
  }
  return Object.fromEntries(present);
}

async function lookAtClaude(tmux: Tmux, _pid: number, signal: AbortSignal): Promise<Look> {
  const { draft, isWorking, hasDialog } = readClaudeScreen(await captureScreen(tmux, signal));
  if (hasDialog) return { status: "waiting" };
  return { status: isWorking ? "working" : "idle", asksNothing: draft !== undefined };
}
