import { isBad } from "../commands/doctor.ts";
import {
  agentChoices,
  agentLogins,
  agentNameOf,
  agentTitles,
  chosenAgent,
  noOwnLogin,
} from "./agents.ts";
import type { AgentChoice } from "./agents.ts";
import type { LoginName } from "./checks.ts";
import type { Init } from "./parts.ts";
import { obtainSecret } from "./login.ts";

const commandExample = 'my-agent --task "$THOPTER_TASK_FILE"';

/** Asks what runs in thopters, and for its login. */
export async function askAgent(init: Init, fixed: AgentChoice | undefined): Promise<AgentChoice> {
  const { talk, draft } = init;
  const before = chosenAgent(draft.values()) ?? "claude";
  const choices = agentChoices.map((value) => ({ value, label: agentTitles[value] }));
  const choice = fixed ?? (await talk.choose("Which agent works in them?", choices, before));
  draft.set({ THOPTER_AGENT: agentNameOf(choice) });
  await detailsOf(init, choice);
  return choice;
}

async function detailsOf(init: Init, choice: AgentChoice): Promise<void> {
  const { draft, talk } = init;
  if (choice === "shell") return draft.set({ THOPTER_AGENT_COMMAND: undefined });
  if (choice === "command") return askCommand(init);
  await sayProgram(init, choice);
  await (choice === "codex" ? askCodexLogin(init) : askClaudeLogin(init));
  if (agentLogins[choice].some((name) => draft.get(name) !== undefined)) return;
  talk.say([noOwnLogin], "warning");
}

async function askCommand({ talk, draft }: Init): Promise<void> {
  const command = await talk.ask("Which command? Its task is in the file $THOPTER_TASK_FILE", {
    initial: draft.get("THOPTER_AGENT_COMMAND"),
    problemOf: (typed) => (typed === "" ? `Give a command, such as ${commandExample}` : undefined),
  });
  draft.set({ THOPTER_AGENT_COMMAND: command });
}

async function sayProgram({ talk, draft, checks }: Init, agent: "claude" | "codex"): Promise<void> {
  const found = await checks.agentProgram(agent, draft.values());
  const [missing] = found.filter(isBad);
  if (missing === undefined) return;
  talk.say(
    [`${agentTitles[agent]} is not on this machine yet. Install it with:`, missing.mend ?? ""],
    "warning",
  );
}

async function askClaudeLogin(init: Init): Promise<void> {
  const { talk, draft } = init;
  const [key, token] = ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"] as const;
  const before = draft.get(key) === undefined && draft.get(token) !== undefined ? token : key;
  const choices = [
    { value: key, label: "An API key" },
    { value: token, label: "A long-lived token", hint: '"claude setup-token" prints one' },
    { value: "later", label: "Later" },
  ] as const;
  const name = await talk.choose("How does Claude Code log in?", choices, before);
  if (name === "later") return;
  const title = name === key ? "API key" : "Long-lived token";
  const isGiven = await obtainSecret(init, questionOf(init, { name, title, service: "Anthropic" }));
  // With both of them the key would be used.
  if (isGiven && name === token) draft.set({ [key]: undefined });
}

async function askCodexLogin(init: Init): Promise<void> {
  const question = {
    name: "OPENAI_API_KEY",
    title: "API key of OpenAI",
    service: "OpenAI",
  } as const;
  await obtainSecret(init, questionOf(init, question));
}

/** Asks for the credential that git works with, and says whose it is. */
export async function askGitLogin(init: Init): Promise<void> {
  const title = "GitHub token, for private repositories and for pushing";
  await obtainSecret(init, questionOf(init, { name: "GITHUB_TOKEN", title, service: "GitHub" }));
}

function questionOf(
  { checks }: Init,
  question: { name: LoginName; title: string; service: string },
): Parameters<typeof obtainSecret>[1] {
  const { name } = question;
  return { ...question, check: (values, signal) => checks.login(name, values, signal) };
}
