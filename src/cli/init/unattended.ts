import type { CommandContext } from "../command.ts";
import { isBad } from "../commands/doctor.ts";
import type { Finding } from "../commands/doctor.ts";
import { appToken, botToken, signingSecret } from "../slack/credentials.ts";
import { agentLogins, agentNameOf, agentOf, chosenAgent, noOwnLogin } from "./agents.ts";
import type { InitChecks, LoginName, Values } from "./checks.ts";
import { writeDraft } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { nextOf } from "./next.ts";
import type { Fixed, InitParts } from "./parts.ts";
import { checkSlack, slackCredentials } from "./slack.ts";

/** What was found and done. No secret is in it. */
export type InitResult = {
  findings: Finding[];
  file: string;
  /** A line each; absent where nothing was written. */
  written?: string[];
  next?: string;
};

/**
 * Takes what a hub needs from the command line and the environment, tries it, and writes it down unless
 * something is missing or a login is refused.
 */
export async function initUnattended(
  context: CommandContext,
  { draft, file, checks }: InitParts,
  { isOnlyCheck, ...fixed }: Fixed & { isOnlyCheck: boolean },
): Promise<InitResult> {
  takeWishes(draft, fixed);
  const missing = missingOf(draft.values(), checks, { ...fixed, isOnlyCheck });
  if (missing.length > 0) return { file: file.path, findings: missing };
  const { access, machine, programs } = await tryAll(draft.values(), checks, context.signal);
  const isRefused = isOnlyCheck || access.some(isBad);
  const findings = [...machine, ...programs, ...access, ...draft.shadowed()];
  if (isRefused) return { file: file.path, findings };
  const written = await writeDraft(draft, { file, checks });
  return { file: file.path, findings, written, next: await nextOf(context.connection(), programs) };
}

/** Settings beside those that begin with the name of a provider, agent or front. */
const taken = [
  "THOPTER_AGENT_COMMAND",
  ...agentLogins.claude,
  ...agentLogins.codex,
  "ANTHROPIC_BASE_URL",
  "OPENAI_BASE_URL",
  "GITHUB_TOKEN",
  "GITHUB_API_URL",
  botToken.name,
  appToken.name,
  signingSecret.name,
  "SLACK_API_URL",
];

/** Notes down what was wished for, and what the environment has of it. */
function takeWishes(draft: Draft, { provider, agent }: Fixed): void {
  const environment = draft.given();
  const flyNames = Object.keys(environment).filter((name) => name.startsWith("FLY_"));
  for (const name of [...taken, ...flyNames]) {
    if (environment[name] !== undefined) draft.set({ [name]: environment[name] });
  }
  if (provider !== undefined) draft.set({ THOPTER_PROVIDER: provider });
  if (agent !== undefined) draft.set({ THOPTER_AGENT: agentNameOf(agent) });
  if (agent === "shell") draft.set({ THOPTER_AGENT_COMMAND: undefined });
}

/** What has to be given before anything can be tried. */
function missingOf(
  values: Values,
  checks: InitChecks,
  { agent, isOnlyCheck }: Fixed & { isOnlyCheck: boolean },
): Finding[] {
  const choices = [
    {
      option: "--provider local",
      isThere: isOnlyCheck || values["THOPTER_PROVIDER"] !== undefined,
    },
    { option: "--agent claude", isThere: isOnlyCheck || chosenAgent(values) !== undefined },
  ];
  return [
    ...choices
      .filter(({ isThere }) => !isThere)
      .map(({ option }) => ({
        ...{ what: "choice", ok: false, words: `nobody is at the terminal to choose` },
        mend: `thopter init ${option}`,
      })),
    ...(agent === "command" && values["THOPTER_AGENT_COMMAND"] === undefined
      ? ["THOPTER_AGENT_COMMAND is not set: it is the command to run."]
      : []
    )
      .concat(checks.problems(values))
      .map((words) => ({
        ...{ what: "setting", ok: false, words },
        mend: "set it in the environment, and run this again",
      })),
  ];
}

/** Tries all that these settings use: first what may keep them from being written. */
async function tryAll(
  values: Values,
  checks: InitChecks,
  signal: AbortSignal,
): Promise<Record<"access" | "machine" | "programs", Finding[]>> {
  const agent = await agentOf(values, checks);
  const isFly = values["THOPTER_PROVIDER"] === "fly";
  const isSet = (name: LoginName): boolean => values[name] !== undefined;
  const login = agentLogins[agent].find(isSet);
  const hasOwn = login !== undefined || agentLogins[agent].length === 0;
  const names: LoginName[] = [
    ...(login === undefined ? [] : [login]),
    ...(isSet("GITHUB_TOKEN") ? (["GITHUB_TOKEN"] as const) : []),
  ];
  const [logins, slack, fly, machine, programs] = await Promise.all([
    Promise.all(names.map((name) => checks.login(name, values, signal))),
    Promise.all(slackCredentials(values).map((one) => checkSlack(one, values, signal))),
    isFly ? checks.fly(values, signal) : [],
    checks.machine(values, signal),
    checks.agentProgram(agentNameOf(agent), values),
  ]);
  const isApp = ({ what }: Finding): boolean => what === "fly app";
  return {
    access: [
      ...(hasOwn ? [] : [{ what: "login", ok: false, words: noOwnLogin }]),
      ...[...logins, ...slack, ...fly.filter(isApp)],
    ],
    machine: [...machine, ...fly.filter((one) => !isApp(one))],
    programs,
  };
}
