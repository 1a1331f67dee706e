import { UserError } from "./errors.ts";
import { untrustedText } from "./untrusted-text.ts";

/** A template that a request asked for, and what it gave it. */
export type TemplateChoice = { name: string; variables: Record<string, string> };

export type TemplateVariable = {
  name: string;
  description?: string;
  default?: string;
  required: boolean;
};

export type TemplateSummary = { name: string; description?: string; variables: TemplateVariable[] };

export type TemplateSource = TemplateSummary & { text: string };

/** What is wrong with a file, at one of its lines. */
export type TemplateProblem = { file: string; line: number; message: string };

export type TemplateListing = { templates: TemplateSummary[]; problems: TemplateProblem[] };

/** A file that holds a template, by its name without the ".md". */
export type TemplateFile = { name: string; text: string };

/** All that a template gets to know, beside the variables of the request. */
export type TemplateFacts = {
  task: string;
  name: string;
  repository: string;
  base: string;
  branch: string;
  labels: readonly string[];
  /** The name of the person who owns the thopter. */
  owner: string;
};

/** What the configuration in a repository asks for. */
export type RepositoryConfig = {
  template?: string;
  ttlMs?: number;
  labels?: string[];
  setup?: { script?: false; timeoutMs?: number };
};

export const repositoryConfigPath = ".thopter/config.yml";
export const repositoryTemplates = ".thopter/templates";
/** Asks for a template of the repository instead of one of the hub's. */
export const repositoryPrefix = "repo:";
/** Asks for no template, whatever the repository says. */
export const noTemplate = "none";

/** The most that one place may hold. */
export const templateLimits = { fileBytes: 64 * 1024, files: 50, bytes: 512 * 1024 } as const;
export const configBytes = 16 * 1024;
/** The longest text that a template may make, in UTF-16 units. */
export const longestInstructions = 100_000;

const namePattern = /^[a-z0-9][a-z0-9_-]{0,49}(?:\/[a-z0-9][a-z0-9_-]{0,49})?$/;
export const variablePattern = /^[a-z][a-z0-9_]{0,49}$/i;
const mostVariables = 50;
const longestValue = 10_000;

/** Whether a file of this name, without the ".md", can be a template. */
export function isTemplateName(name: string): boolean {
  return namePattern.test(name) && name !== noTemplate;
}

/** Checks what a request says of its template. Throws UserError. */
export function parseTemplateChoice(
  name: string,
  variables: Readonly<Record<string, string>>,
): TemplateChoice {
  const plain = name.startsWith(repositoryPrefix) ? name.slice(repositoryPrefix.length) : name;
  if (name !== noTemplate && !isTemplateName(plain)) {
    throw new UserError(
      `Cannot use the template "${shown(name)}": a name is small letters, digits, "-" and "_", with at most one folder before it; "${repositoryPrefix}" in front asks for one of the repository.`,
    );
  }
  const entries = Object.entries(variables);
  if (entries.length > mostVariables) {
    throw new UserError(
      `Cannot use ${entries.length} variables for a template: ${mostVariables} are the most.`,
    );
  }
  for (const [key, value] of entries) checkVariable(key, value);
  const total = entries.reduce((sum, [, value]) => sum + value.length, 0);
  if (total > longestInstructions) {
    throw new UserError(
      `Cannot use variables of ${total} characters for a template: ${longestInstructions} are the most in all.`,
    );
  }
  return { name, variables: Object.fromEntries(entries) };
}

function checkVariable(key: string, value: string): void {
  if (!variablePattern.test(key)) {
    throw new UserError(
      `Cannot use the variable "${shown(key)}": a name is letters, digits and "_", begins with a letter, and has at most 50 characters.`,
    );
  }
  if (value.length <= longestValue) return;
  throw new UserError(
    `Cannot use ${value.length} characters for the variable "${key}": ${longestValue} are the most.`,
  );
}

function shown(text: string): string {
  return untrustedText(text, { maxLength: 110 }).replaceAll("\n", " ");
}
