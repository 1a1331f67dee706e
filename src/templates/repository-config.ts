import { z } from "zod";
import { UserError } from "../core/errors.ts";
import {
  configBytes,
  isTemplateName,
  noTemplate,
  repositoryConfigPath,
  repositoryPrefix,
} from "../core/template.ts";
import type { RepositoryConfig, TemplateProblem } from "../core/template.ts";
import { longestTtlMs, shortestTtlMs } from "../core/time-to-live.ts";
import { parseLabels } from "../core/thopter-label.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { parseSpan } from "../core/words.ts";
import { readYaml, strictShape } from "./read-yaml.ts";

const time = z
  .string()
  .max(20)
  .transform((text, context) => {
    const ms = parseSpan(text);
    if (ms !== undefined && ms > 0) return ms;
    context.addIssue({ code: "custom", message: 'give a time such as "90s", "15m", "8h" or "2d"' });
    return z.NEVER;
  });

// Neither the base, for the clone is made by then, nor a size: no provider takes one from a request.
const schema = strictShape({
  template: z
    .string()
    .refine((name) => name === noTemplate || isTemplateName(withoutPrefix(name)), {
      error: `give the name of a template, "${repositoryPrefix}" in front of one of the repository`,
    })
    .optional(),
  ttl: time
    .refine((ms) => ms >= shortestTtlMs && ms <= longestTtlMs, {
      error: "it is between one minute and 30 days",
    })
    .optional(),
  labels: z.array(z.string()).superRefine(mustBeLabels).optional(),
  setup: strictShape({
    script: z.literal(false, { error: "it can only be false" }).optional(),
    timeout: time.optional(),
  }).optional(),
});

/** Words and signs; a file that says all it can has some 150, and those of comments count. */
const mostParts = 1000;

/** What is wrong with a repository's configuration, or what it asks for. */
export function readRepositoryConfig(
  text: string,
): { config: RepositoryConfig } | { problems: TemplateProblem[] } {
  const file = repositoryConfigPath;
  if (new TextEncoder().encode(text).length > configBytes)
    return { problems: [{ file, line: 1, message: "it is larger than 16 KB" }] };
  const { value, problems } = readYaml(text, schema, mostParts);
  if (value === undefined) return { problems: problems.map((problem) => ({ file, ...problem })) };
  const { template, ttl, labels, setup } = value;
  const config: RepositoryConfig = {};
  if (template !== undefined) config.template = template;
  if (ttl !== undefined) config.ttlMs = ttl;
  if (labels !== undefined) config.labels = labels;
  if (setup !== undefined) {
    config.setup = {
      ...(setup.script === false && { script: false }),
      ...(setup.timeout !== undefined && { timeoutMs: setup.timeout }),
    };
  }
  return { config };
}

/** The same. Throws UserError for what is wrong. */
export function parseRepositoryConfig(text: string): RepositoryConfig {
  const read = readRepositoryConfig(text);
  if ("config" in read) return read.config;
  const words = read.problems
    .slice(0, 5)
    .map(({ line, message }) => `line ${line}: ${message}`)
    .join("; ");
  throw new UserError(
    `Cannot use "${repositoryConfigPath}" of the repository: ${untrustedText(words, { maxLength: 800 }).replaceAll(/\s+/g, " ")}. Mend it on the base branch, then provision again.`,
  );
}

function withoutPrefix(name: string): string {
  return name.startsWith(repositoryPrefix) ? name.slice(repositoryPrefix.length) : name;
}

function mustBeLabels(labels: readonly string[], context: z.core.$RefinementCtx): void {
  try {
    parseLabels(labels);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.issues.push({ code: "custom", message: error.message, input: labels });
  }
}
