import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import { consistentSettings, defaultDirectory, settings } from "./config/settings.ts";
import { webAddress } from "./config/web-address.ts";
import { messageOf, UserError } from "./core/errors.ts";
import { isTooShort } from "./core/repository.ts";

export type Config = z.output<typeof settings>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings come from: what the environment holds, and what the data directory's `env` file does. */
export function readSources(environment: Environment = process.env): {
  present: Record<string, string>;
  file: Record<string, string>;
  dataDirectory: string;
} {
  const present = withoutEmpty(environment);
  const dataDirectory = directoryOf(present["THOPTER_DATA_DIR"] ?? defaultDirectory);
  return { present, dataDirectory, file: withoutEmpty(readEnvFile(join(dataDirectory, "env"))) };
}

/**
 * Reads the settings from the environment and from the data directory's `env` file; the
 * environment wins. Throws UserError that names each bad value.
 */
export function readConfig(environment: Environment = process.env): Config {
  const { present, file, dataDirectory } = readSources(environment);
  return parseConfig({ ...file, ...present, THOPTER_DATA_DIR: dataDirectory });
}

/** Settings of these values alone. Throws UserError that names each bad one. */
export function parseConfig(given: Environment): Config {
  const values = withoutEmpty(given);
  const parsed = consistentSettings.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => describeIssue(issue, values));
  throw new UserError(`Cannot read the configuration:\n${problems.join("\n")}`);
}

/** Settings that fit each by itself, though some may ask for others that are missing; undefined where one does not. */
export function readIncompleteConfig(environment: Environment = process.env): Config | undefined {
  const { present, file, dataDirectory } = readSources(environment);
  return settings.safeParse({ ...file, ...present, THOPTER_DATA_DIR: dataDirectory }).data;
}

/** What the command line reads, from the environment alone. */
export const connectionSettings = z.object({
  THOPTER_DATA_DIR: settings.shape.THOPTER_DATA_DIR,
  THOPTER_URL: webAddress.optional().describe("the hub that the command line talks to"),
  THOPTER_TOKEN: z.string().min(1).optional().describe("the token it uses there"),
});

/** What the environment says of the hub to talk to. Throws UserError that names each bad value. */
export function readConnection(environment: Environment = process.env): {
  dataDirectory: string;
  url: string | undefined;
  token: string | undefined;
} {
  const present = withoutEmpty(environment);
  const parsed = connectionSettings.safeParse(present);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => describeIssue(issue, present));
    throw new UserError(`Cannot read the configuration:\n${problems.join("\n")}`);
  }
  const { THOPTER_DATA_DIR, THOPTER_URL, THOPTER_TOKEN } = parsed.data;
  return { dataDirectory: directoryOf(THOPTER_DATA_DIR), url: THOPTER_URL, token: THOPTER_TOKEN };
}

function describeIssue(issue: z.core.$ZodIssue, values: Environment): string {
  const name = String(issue.path[0]);
  if (values[name] === undefined) return `  ${name} is not set: ${issue.message}.`;
  const isSecret = /_(?:TOKEN|SECRET|KEY)$/.test(name);
  const value = isSecret ? "its value" : `"${(values[name] ?? "").slice(0, 100)}"`;
  return `  ${name}: ${value} does not fit (${issue.message}).`;
}

/** An empty or blank value counts as none: `MAX_THOPTERS= npm start` starts with the default. */
function withoutEmpty(values: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value.trim() === "" ? [] : [[name, value]],
    ),
  );
}

function readEnvFile(path: string): Environment {
  if (!existsSync(path)) return {};
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (cause) {
    const why = messageOf(cause);
    throw new UserError(`Cannot read "${path}": ${why}.`, { cause });
  }
}

/** A shell leaves a quoted `~` as it is. */
function directoryOf(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, homedir()));
}

/**
 * The variables of these names, from the environment or the data directory's `env` file. Throws
 * UserError that names each one that is in neither.
 */
export function readVariables(
  {
    THOPTER_DATA_DIR: directory,
    FLY_AGENT_ENV: names,
  }: Pick<Config, "THOPTER_DATA_DIR" | "FLY_AGENT_ENV">,
  environment: Environment = process.env,
): Record<string, string> {
  const values = { ...readEnvFile(join(directory, "env")), ...environment };
  const missing = names.filter((name) => values[name] === undefined);
  if (missing.length > 0) {
    throw new UserError(
      `Cannot hand ${missing.join(", ")} to agents: FLY_AGENT_ENV names what is not set. Set it, or leave it out there.`,
    );
  }
  const short = names.filter((name) => isTooShort(name, values[name] ?? ""));
  if (short.length > 0) {
    throw new UserError(
      `Cannot hand ${short.join(", ")} to agents: so short a secret cannot be kept out of logs and screens. Choose a longer one.`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, values[name] ?? ""]));
}

/** The environment for a program that is started as a person would start it. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
