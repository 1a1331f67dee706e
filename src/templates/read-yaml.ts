import { isMap, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { Document } from "yaml";
import { z } from "zod";
import { untrustedText } from "../core/untrusted-text.ts";
import { beyondBudget } from "./yaml-budget.ts";

type Problem = { line: number; message: string };
type Reading<T> = { value: T; problems: [] } | { value?: never; problems: Problem[] };

const mostProblems = 20;

/** An object with these keys alone: another one is refused by its name. */
export function strictShape<S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape).toSorted().join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `it may not set ${quoted(issue.keys)}; it may set ${known}`
        : undefined,
  });
}

function quoted(keys: readonly string[] = []): string {
  const words = keys.slice(0, 5).map((key) => `"${key.slice(0, 50)}"`);
  return keys.length > 5 ? `${words.join(", ")} and more` : words.join(", ");
}

/** Reads YAML that an outsider wrote: plain values, without tags, aliases and merges, of so many parts. */
export function readYaml<T>(text: string, schema: z.ZodType<T>, mostParts: number): Reading<T> {
  const tooMuch = beyondBudget(text, mostParts);
  if (tooMuch !== undefined) return { problems: [{ line: 1, message: tooMuch }] };
  try {
    const { value, problems } = check(text, schema);
    if (value !== undefined) return { value, problems: [] };
    return { problems: problems.map(({ line, message }) => ({ line, message: shown(message) })) };
  } catch (error) {
    // The parser recurses: what is nested too deeply ends its stack.
    if (!(error instanceof RangeError)) throw error;
    return { problems: [{ line: 1, message: "it is nested too deeply" }] };
  }
}

function check<T>(text: string, schema: z.ZodType<T>): Reading<T> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    ...{ schema: "core", merge: false, resolveKnownTags: false, prettyErrors: false },
    ...{ lineCounter, logLevel: "error", stringKeys: true },
  });
  const lineAt = (offset: number): number => Math.max(1, lineCounter.linePos(offset).line);
  const troubles = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    line: lineAt(pos[0]),
    message,
  }));
  const problems = [...troubles, ...unwanted(document, lineAt)].slice(0, mostProblems);
  if (problems.length > 0) return { problems };
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 0 }) ?? {});
  if (parsed.success) return { value: parsed.data, problems: [] };
  return {
    problems: parsed.error.issues.slice(0, mostProblems).map((issue) => ({
      line: lineAt(offsetOf(document, issue)),
      message: issue.path.length === 0 ? issue.message : `${pathOf(issue)}: ${issue.message}`,
    })),
  };
}

/** The parser and the schema quote what they were given. */
function shown(message: string): string {
  return untrustedText(message, { maxLength: 300 }).replaceAll(/\s+/g, " ").replace(/\.$/, "");
}

function unwanted(document: Document.Parsed, lineAt: (offset: number) => number): Problem[] {
  const found: Problem[] = [];
  const add = (node: { range?: readonly number[] | null | undefined }, message: string): void =>
    void found.push({ line: lineAt(node.range?.[0] ?? 0), message });
  visit(document, {
    Alias: (_key, node) => add(node, `it may not use the alias "*${node.source}"`),
    Pair(_key, { key }) {
      // zod passes over this one in silence.
      if (isScalar(key) && key.value === "__proto__") add(key, 'it may not set "__proto__"');
    },
  });
  return found;
}

/** Where in the text an issue is: at the key that is not known, else at the value. */
function offsetOf(document: Document.Parsed, issue: z.core.$ZodIssue): number {
  const node: unknown =
    issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
  if (issue.code === "unrecognized_keys" && isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === issue.keys[0]);
    if (isScalar(pair?.key)) return pair.key.range?.[0] ?? 0;
  }
  const isPlaced = isMap(node) || isScalar(node);
  return isPlaced ? (node.range?.[0] ?? 0) : 0;
}

function pathOf({ path }: z.core.$ZodIssue): string {
  return path.map(String).join(".").slice(0, 120);
}
