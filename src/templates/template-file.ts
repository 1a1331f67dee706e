import { z } from "zod";
import type {
  TemplateFile,
  TemplateProblem,
  TemplateSource,
  TemplateVariable,
} from "../core/template.ts";
import { variablePattern } from "../core/template.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { readYaml, strictShape } from "./read-yaml.ts";

/** A template whose front matter has been read. */
export type Template = TemplateSource & {
  /** Where it is, for messages. */
  file: string;
  body: string;
  /** How many lines of the file come before the body. */
  linesBefore: number;
  /** Whether it says which variables it takes. */
  declares: boolean;
};

export type ReadTemplate = { template: Template } | { problems: TemplateProblem[] };

/** Far more than a description and some variables need: reading YAML takes long, and holds up the hub. */
export const longestFrontMatter = 8 * 1024;

const words = z.string().max(1000);
const value = z.union([words, z.number(), z.boolean()]).transform(String);
const declaredVariable = strictShape({
  description: words.optional(),
  default: value.optional(),
  required: z.boolean().optional(),
});
const frontMatter = strictShape({
  description: words.optional(),
  variables: z
    .record(z.string().regex(variablePattern), declaredVariable.nullable(), {
      error: ({ code }) =>
        code === "invalid_key"
          ? 'a name is letters, digits and "_", and begins with a letter'
          : undefined,
    })
    .refine((all) => Object.keys(all).length <= 50, "50 variables are the most")
    .optional(),
});

/** Words and signs of front matter; 50 variables that say all they can have some 1500. */
const mostParts = 2500;

/** Takes a file apart into its front matter and its body. */
export function readTemplate({ name, text }: TemplateFile, file: string): ReadTemplate {
  const lines = text
    .replace(/^\ufeff/, "")
    .replaceAll("\r\n", "\n")
    .split("\n");
  const end = lines[0]?.trimEnd() === "---" ? lines.findIndex(isEnd) : 0;
  if (end < 0) {
    return { problems: [{ file, line: 1, message: 'its front matter has no "---" at its end' }] };
  }
  const front = lines.slice(1, Math.max(1, end)).join("\n");
  if (front.length > longestFrontMatter) {
    return { problems: [{ file, line: 1, message: "its front matter is larger than 8 KB" }] };
  }
  const read = readYaml(front, frontMatter, mostParts);
  if (read.value === undefined) {
    return {
      problems: read.problems.map(({ line, message }) => ({ file, line: line + 1, message })),
    };
  }
  const { description, variables } = read.value;
  const linesBefore = end === 0 ? 0 : end + 1;
  const template: Template = {
    ...{ name, text, file, linesBefore, body: lines.slice(linesBefore).join("\n") },
    variables: Object.entries(variables ?? {}).map(([key, one]) => variableOf(key, one ?? {})),
    declares: variables !== undefined,
  };
  if (description !== undefined) template.description = shown(description);
  return { template };
}

function isEnd(line: string, index: number): boolean {
  return index > 0 && line.trimEnd() === "---";
}

type Declared = {
  description?: string | undefined;
  default?: string | undefined;
  required?: boolean | undefined;
};

function variableOf(name: string, declared: Declared): TemplateVariable {
  const { description, default: standard, required = false } = declared;
  const variable: TemplateVariable = { name, required };
  if (description !== undefined) variable.description = shown(description);
  if (standard !== undefined) variable.default = standard;
  return variable;
}

function shown(text: string): string {
  return untrustedText(text, { maxLength: 500 }).replaceAll(/\s+/g, " ").trim();
}
