import type { InitChecks } from "../cli/init/checks.ts";
import { parseConfig } from "../config.ts";
import { secretSettings, settings } from "../config/settings.ts";
import { UserError } from "../core/errors.ts";
import { decideAgent } from "../machinery/agent-choice.ts";
import { stayAlive } from "../stay-alive.ts";
import { createSystemClock } from "../system-clock.ts";
import { examineFly } from "./fly-doctor.ts";
import { checkAnthropic, checkGitHub, checkOpenAi } from "./login-checks.ts";
import { examineAgentProgram, examineIsolation, examinePrograms } from "./machine-check.ts";

type Values = Readonly<Record<string, string | undefined>>;

/** What `thopter init` finds out, about values that are not written down yet. */
export function createInitChecks(): InitChecks {
  const clock = createSystemClock();
  return {
    isSecret: (name) => secretSettings.some((secret) => secret === name),
    problemOf: (name, value) => problemsOf({ [name]: value }, [name])[0],
    problems: (values) => problemsOf(values, Object.keys(settings.shape)),
    decideAgent: (values) => decideAgent(parseConfig(values)),
    async machine({ THOPTER_PROVIDER: provider }) {
      const programs = await examinePrograms();
      return provider === "fly" ? programs : [...programs, await examineIsolation(clock)];
    },
    async fly(values) {
      const own = Object.fromEntries(
        Object.entries(values).filter(([name]) => name.startsWith("FLY_")),
      );
      const flyValues = { ...own, THOPTER_PROVIDER: "fly" };
      const [problem] = problemsOf(flyValues, Object.keys(settings.shape));
      if (problem === undefined) return stayAlive(() => examineFly(parseConfig(flyValues), clock));
      return [{ what: "fly app", ok: false, words: problem, mend: "correct it" }];
    },
    agentProgram: (agent, values) =>
      examineAgentProgram(
        {
          THOPTER_PROVIDER: values["THOPTER_PROVIDER"] === "fly" ? "fly" : "local",
          THOPTER_CLAUDE_PROGRAM: values["THOPTER_CLAUDE_PROGRAM"],
          THOPTER_CODEX_PROGRAM: values["THOPTER_CODEX_PROGRAM"],
        },
        agent,
      ),
    login(name, values, signal) {
      const { check, address } = logins[name];
      return check({ name, secret: values[name] ?? "", url: values[address] }, signal);
    },
  };
}

const logins = {
  ANTHROPIC_API_KEY: { check: checkAnthropic, address: "ANTHROPIC_BASE_URL" },
  CLAUDE_CODE_OAUTH_TOKEN: { check: checkAnthropic, address: "ANTHROPIC_BASE_URL" },
  OPENAI_API_KEY: { check: checkOpenAi, address: "OPENAI_BASE_URL" },
  GITHUB_TOKEN: { check: checkGitHub, address: "GITHUB_API_URL" },
} as const;

/** What does not fit or is missing, a line each, as far as it concerns these settings. */
function problemsOf(values: Values, names: readonly string[]): string[] {
  try {
    parseConfig(values);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const lines = error.message.split("\n").slice(1);
    return lines
      .map((line) => line.trim())
      .filter((line) =>
        names.some((name) => line.startsWith(`${name}:`) || line.startsWith(`${name} `)),
      );
  }
}
