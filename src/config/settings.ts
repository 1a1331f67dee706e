import { z } from "zod";
import { shortestSecret } from "../core/redact.ts";
import { claudeSecrets, claudeSettings } from "./claude-settings.ts";
import { codexSecrets, codexSettings } from "./codex-settings.ts";
import { flySettings, missingForFly } from "./fly-settings.ts";
import { githubSettings } from "./github-settings.ts";
import { list } from "./list.ts";
import { missingForSlack, slackSecrets, slackSettings } from "./slack-settings.ts";
import { webAddress } from "./web-address.ts";

/** Where a hub keeps its data unless told otherwise; `~` is the home of whoever runs it. */
export const defaultDirectory = "~/.thopter";

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

const atLeastADay = duration.refine((ms) => ms >= units.d, "a day is the least");

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
  THOPTER_PUBLIC_URL: webAddress
    .optional()
    .describe("how others reach it, when not by host and port"),
  THOPTER_PROVIDER: z.enum(["local", "fly"]).default("local").describe("where machines come from"),
  THOPTER_AGENT: z
    .enum(["command", "claude", "codex"])
    .optional()
    .describe(
      "what runs in a thopter; THOPTER_AGENT_COMMAND, or Claude Code where it is installed and logged in, or a shell when absent",
    ),
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
  APPROVAL_RETENTION: atLeastADay
    .prefault("90d")
    .describe("how long decided and expired approvals are kept, a day at least"),
  AUDIT_RETENTION: atLeastADay
    .prefault("400d")
    .describe("how long the audit log is kept, a day at least"),
  GITHUB_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe("reads private repositories, issues and pull requests on GitHub and pushes rescues"),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error"])
    .default("info")
    .describe("how much the log says"),
  ...githubSettings,
  ...claudeSettings,
  ...codexSettings,
  ...flySettings,
  ...slackSettings,
});

type Values = z.output<typeof settings>;

/** What a setting asks of the others. */
export const consistentSettings = settings.superRefine((values, context) => {
  const missing = [...missingForProvider(values), ...missingForSlack(values)];
  const short = secretSettings.filter((one) => isShort(values[one]));
  const why = `what has fewer than ${shortestSecret} characters cannot be kept out of logs and screens`;
  for (const { name, mend } of [...missing, ...short.map((one) => ({ name: one, mend: why }))]) {
    context.addIssue({ code: "custom", path: [name], message: mend });
  }
});

/** Settings whose values are never shown. */
export const secretSettings: readonly (keyof Values)[] = [
  "GITHUB_TOKEN",
  "FLY_API_TOKEN",
  ...claudeSecrets,
  ...codexSecrets,
  ...slackSecrets,
];

function isShort(value: unknown): boolean {
  return typeof value === "string" && value.length < shortestSecret;
}

function missingForProvider(values: Values): { name: string; mend: string }[] {
  if (values.THOPTER_PROVIDER !== "fly") return [];
  const because = "THOPTER_PROVIDER=fly needs it";
  return missingForFly(values).map(({ name, mend }) => ({ name, mend: `${because}: ${mend}` }));
}
