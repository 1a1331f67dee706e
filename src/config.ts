import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import { claudeSecrets, claudeSettings, missingForClaude } from "./config/claude-settings.ts";
import { flySettings, missingForFly } from "./config/fly-settings.ts";
import { list } from "./config/list.ts";
import { missingForSlack, slackSecrets, slackSettings } from "./config/slack-settings.ts";
import { UserError } from "./core/errors.ts";

const minute = 60_000;
const units = { ms: 1, s: 1000, m: minute, h: 60 * minute, d: 24 * 60 * minute };

/** A time such as "500ms", "60s", "15m", "8h" or "2d", in milliseconds; a bare number is seconds. */
const duration = z.string().transform((text, context) => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim());
  if (match === null) {
    context.addIssue({ code: "custom", message: 'give a time such as "60s", "15m" or "8h"' });
    return z.NEVER;
  }
  // The pattern allows no other unit.
  const unit = (match[2] ?? "s") as keyof typeof units;
  return Number(match[1]) * units[unit];
});

const count = z.coerce.number().int().min(1).max(10_000);

/** Every setting the hub reads, with its default and meaning: the one list that documentation is made from. */
export const settings = z.object({
  THOPTER_DATA_DIR: z
    .string()
    .min(1)
    .default(defaultDirectory)
    .describe("where records, machines and rescues are kept"),
  THOPTER_HOST: z.string().min(1).default("127.0.0.1").describe("the address it listens on"),
  THOPTER_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(7777)
    .describe("the port it listens on; 0 lets the system choose"),
  THOPTER_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("how others reach it, when not by host and port"),
  THOPTER_PROVIDER: z.enum(["local", "fly"]).default("local").describe("where machines come from"),
  THOPTER_AGENT: z
    .enum(["command", "claude"])
    .default("command")
    .describe("what runs in a thopter"),
  THOPTER_AGENT_COMMAND: z
    .string()
    .min(1)
    .optional()
    .describe("the command of the agent; an interactive shell when absent"),
  THOPTER_UNISOLATED: z
    .literal("I_UNDERSTAND")
    .optional()
    .describe("accepts agents that are not contained on this machine"),
  THOPTER_LOCAL_REPOSITORIES: z
    .stringbool()
    .default(false)
    .describe("lets agents name local paths as repositories; persons always may"),
  THOPTER_SETUP_REPOSITORIES: list().describe(
    "repositories whose .thopter/setup may run, separated by commas; * for all",
  ),
  MAX_CONCURRENT_DESTROYS: count.default(5).describe("slots of the destroy pool"),
  MAX_CONCURRENT_PROVISIONS: count.default(1).describe("slots of the provision lane"),
  MAX_CONCURRENT_SETUPS: count.default(5).describe("slots of the setup pool"),
  MAX_THOPTERS: count.default(20).describe("how many thopters may exist"),
  MAX_THOPTERS_PER_OWNER: count
    .optional()
    .describe("how many of them one owner may have; all when absent"),
  MAX_QUEUE_SIZE: count.default(1000).describe("how many provisions may wait"),
  QUEUE_TIMEOUT: duration
    .optional()
    .describe("how long a provision may wait; for ever when absent"),
  PROVISION_MAX_WAIT: duration
    .prefault("60s")
    .describe("how long destroys alone may hold the provision lane"),
  AGENT_DESTROY_LIMIT: z.coerce
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(5)
    .describe("how many thopters an agent may destroy alone in ten minutes"),
  GITHUB_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe("reads private repositories on GitHub and pushes rescues"),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error"])
    .default("info")
    .describe("how much the log says"),
  ...claudeSettings,
  ...flySettings,
  ...slackSettings,
});

/** What a setting asks of the others. */
const consistent = settings.superRefine((values, context) => {
  const missing = [
    ...missingForProvider(values),
    ...missingForClaude(values),
    ...missingForSlack(values),
  ];
  for (const { name, mend } of missing) {
    context.addIssue({ code: "custom", path: [name], message: mend });
  }
});

export type Config = z.output<typeof settings>;

/** Settings whose values are never shown. */
export const secretSettings: readonly (keyof Config)[] = [
  "GITHUB_TOKEN",
  "FLY_API_TOKEN",
  ...claudeSecrets,
  ...slackSecrets,
];

function missingForProvider(values: Config): { name: string; mend: string }[] {
  if (values.THOPTER_PROVIDER !== "fly") return [];
  const because = "THOPTER_PROVIDER=fly needs it";
  return missingForFly(values).map(({ name, mend }) => ({ name, mend: `${because}: ${mend}` }));
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings come from: what the environment holds, and what the data directory's `env` file does. */
export function readSources(environment: Environment = process.env): {
  present: Record<string, string>;
  file: Record<string, string>;
  dataDirectory: string;
} {
  const present = withoutEmpty(environment);
  const dataDirectory = directoryOf(present["THOPTER_DATA_DIR"] ?? defaultDirectory());
  return { present, dataDirectory, file: withoutEmpty(readEnvFile(join(dataDirectory, "env"))) };
}

/**
 * Reads the settings from the environment and from the data directory's `env` file; the
 * environment wins. Throws UserError that names each bad value.
 */
export function readConfig(environment: Environment = process.env): Config {
  const { present, file, dataDirectory } = readSources(environment);
  const parsed = consistent.safeParse({ ...file, ...present, THOPTER_DATA_DIR: dataDirectory });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) =>
    describeIssue(issue, { ...file, ...present }),
  );
  throw new UserError(`Cannot read the configuration:\n${problems.join("\n")}`);
}

/** What the command line reads, from the environment alone. */
export const connectionSettings = z.object({
  THOPTER_DATA_DIR: settings.shape.THOPTER_DATA_DIR,
  THOPTER_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("the hub that the command line talks to"),
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
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`Cannot read "${path}": ${why}.`, { cause });
  }
}

function defaultDirectory(): string {
  return join(homedir(), ".thopter");
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
  return Object.fromEntries(names.map((name) => [name, values[name] ?? ""]));
}

/** The environment for a program that is started as a person would start it. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
