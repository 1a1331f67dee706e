import { UserError } from "../core/errors.ts";
import type { Step, StepOutcome } from "../core/ports/step.ts";
import { longestSetupMs } from "../core/repository.ts";
import { configBytes, repositoryConfigPath } from "../core/template.ts";
import type { RepositoryConfig } from "../core/template.ts";
import { parseLabels } from "../core/thopter-label.ts";
import type { TakenConfig, Thopter } from "../core/thopter.ts";
import { span } from "../core/words.ts";
import { createBaseReader, isPlainFile } from "./base-commit.ts";
import type { Source } from "./base-commit.ts";
import type { StepPorts } from "./ports.ts";

type Ports = Pick<StepPorts, "sessions" | "templates">;

/** Takes from the repository's configuration what the request left open, within the hub's limits. */
export function createReadRepositoryConfigStep(ports: Ports): Step {
  return {
    name: "read-repository-config",
    kind: "provision",
    lane: "provision",
    after: ["clone"],
    timeoutMs: 2 * 60_000,
    async run({ thopter, signal }) {
      const record = thopter();
      const { baseCommit } = record;
      if (baseCommit === undefined) return { skipped: true };
      const text = await ports.sessions.use(record, signal, (session) =>
        readConfig({ session, baseCommit, signal }),
      );
      if (text === undefined) return { skipped: true, note: "there is no configuration" };
      const config = ports.templates.parseConfig(text);
      checkSetupTime(config);
      return taken(config, thopter());
    },
  };
}

/** The file as the base commit has it, never what a working tree or a link says. */
async function readConfig(source: Source): Promise<string | undefined> {
  const reader = createBaseReader(source, {
    what: `"${repositoryConfigPath}"`,
    maxBytes: 2 * configBytes,
  });
  const [entry] = await reader.list(repositoryConfigPath);
  if (entry === undefined) return undefined;
  if (!isPlainFile(entry)) throw refused("it is no plain file");
  if (!(entry.size <= configBytes)) throw refused("it is larger than 16 KB");
  const bytes = await reader.blob(entry.id);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused("it is not UTF-8");
  }
}

/** It may only shorten the time that the hub gives this repository. */
function checkSetupTime({ setup }: RepositoryConfig): void {
  const asked = setup?.timeoutMs;
  if (asked === undefined || asked <= longestSetupMs) return;
  throw refused(`"setup.timeout" is ${span(asked)}, and a hub allows ${span(longestSetupMs)}`);
}

/** What a request says stays; labels are added to its own. */
function taken(config: RepositoryConfig, record: Thopter): StepOutcome {
  const { template, ttlMs, setup } = config;
  const change: TakenConfig = {};
  if (template !== undefined && record.template === undefined) change.template = template;
  if (ttlMs !== undefined && record.ttlMs === undefined) change.ttlMs = ttlMs;
  if (setup?.script === false) change.setupOff = true;
  if (setup?.timeoutMs !== undefined) change.setupTimeoutMs = setup.timeoutMs;
  const labels = parseLabels([...record.labels, ...(config.labels ?? [])]);
  const patch: Partial<Thopter> = { repositoryConfig: change };
  if (change.ttlMs !== undefined) patch.ttlMs = change.ttlMs;
  if (labels.length > record.labels.length) patch.labels = labels;
  return { thopter: patch, note: wordsOf(change, labels.slice(record.labels.length)) };
}

function wordsOf(change: TakenConfig, labels: readonly string[]): string {
  const { template, ttlMs, setupOff, setupTimeoutMs } = change;
  const words = [
    template === undefined ? "" : `the template ${template}`,
    ttlMs === undefined ? "" : `${span(ttlMs)} to live`,
    labels.length === 0 ? "" : `the labels ${labels.join(", ")}`,
    setupOff === true ? "no setup script" : "",
    setupTimeoutMs === undefined ? "" : `${span(setupTimeoutMs)} for the setup script`,
  ].filter((part) => part !== "");
  return words.length === 0 ? "nothing to take" : words.join("; ");
}

function refused(reason: string): UserError {
  return new UserError(
    `Cannot use "${repositoryConfigPath}" of the repository: ${reason}. Mend it on the base branch, then provision again.`,
  );
}
