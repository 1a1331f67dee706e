import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { join } from "node:path";
import { readEnvironment, type Config } from "../config.ts";
import { UserError } from "../core/errors.ts";

/** What is known of the agents that are programs of this machine, by their names. */
const settings = { claude: "THOPTER_CLAUDE_PROGRAM", codex: "THOPTER_CODEX_PROGRAM" } as const;
const packages = { claude: "@anthropic-ai/claude-code", codex: "@openai/codex" } as const;

export type ProgramAgent = keyof typeof settings;
export type ProgramSettings = Partial<Pick<Config, (typeof settings)[ProgramAgent]>>;

/** Where this machine may have an agent's program: where the setting says, else on the PATH. */
export function placesOf(agent: ProgramAgent, config: ProgramSettings): string[] {
  const named = config[settings[agent]];
  if (named !== undefined) return [named];
  const directories = (readEnvironment()["PATH"] ?? "").split(":");
  return directories.filter((one) => one.startsWith("/")).map((one) => join(one, agent));
}

/** The program at a path, links resolved; undefined where none can run. */
export function runnableAt(path: string): Promise<string | undefined> {
  return access(path, constants.X_OK).then(
    () => realpath(path),
    () => undefined,
  );
}

/** Throws UserError where new thopters would need an agent's program of this machine, and it has none. */
export function refuseWithoutProgram(
  agent: ProgramAgent,
  config: Config,
  found: object | string | undefined,
): void {
  if (found !== undefined || config.THOPTER_AGENT !== agent) return;
  // Elsewhere each machine brings its own.
  if (config.THOPTER_PROVIDER !== "local") return;
  throw new UserError(`Cannot start with THOPTER_AGENT=${agent}: ${noProgram(agent, config)}.`);
}

/** Why there is no program of an agent, and how to get one. */
export function noProgram(agent: ProgramAgent, config: ProgramSettings): string {
  const named = config[settings[agent]];
  const why =
    named === undefined ? `this machine has no program ${agent}` : `"${named}" cannot run`;
  return `${why}. Install it with "${installLine(agent)}", or set ${settings[agent]} to its path`;
}

/** The line that installs it. */
export function installLine(agent: ProgramAgent): string {
  return `npm install --global ${packages[agent]}`;
}
