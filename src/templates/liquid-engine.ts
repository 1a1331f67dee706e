import { Context, Liquid, toValueSync } from "liquidjs";
import type { Emitter, Template as Parsed } from "liquidjs";
import { longestInstructions, templateLimits } from "../core/template.ts";

/** How long a template may render, in milliseconds: nothing else of the hub runs meanwhile. */
const renderMs = 100;
/** How many characters and items all its filters and ranges together may go through. */
const mostWork = 1_000_000;

// Without `layout` and `block`, and without `capture`, whose text nothing counts.
const allowedTags = [
  ...["#", "assign", "break", "case", "comment", "continue", "cycle", "decrement", "echo", "for"],
  ...["if", "include", "increment", "liquid", "raw", "render", "unless"],
];

// Filters that work on text, numbers and flat lists, each counted. None that nests lists or that
// repeats their items, for printing such a list is not counted; none that reads the clock.
const allowedFilters = [
  ...["append", "capitalize", "default", "downcase", "escape", "prepend", "remove", "remove_first"],
  ...["replace", "replace_first", "slice", "strip", "lstrip", "rstrip", "strip_newlines", "split"],
  ...["truncate", "truncatewords", "upcase", "compact", "first", "join", "last", "reverse", "size"],
  ...["sort", "uniq", "abs", "at_least", "at_most", "ceil", "divided_by", "floor", "minus"],
  ...["modulo", "plus", "round", "times"],
];

/** More than a template may make. */
export class TooLongError extends Error {
  override name = "TooLongError";
}

export type LiquidEngine = {
  parse(body: string, name: string): Parsed[];
  /** Throws what the engine throws, and TooLongError. */
  render(parsed: Parsed[], values: object): string;
  engine: Liquid;
};

/** A Liquid engine that sees these bodies alone, and no file of any disk. */
export function createLiquidEngine(bodies: Readonly<Record<string, string>>): LiquidEngine {
  const engine = new Liquid({
    ...{ templates: { ...bodies }, cache: true, relativeReference: false },
    ...{ strictVariables: true, strictFilters: true, lenientIf: true, ownPropertyOnly: true },
    ...{ renderLimit: renderMs, memoryLimit: mostWork, parseLimit: 2 * templateLimits.fileBytes },
  });
  keepOnly(engine.tags, allowedTags);
  keepOnly(engine.filters, allowedFilters);

  return {
    engine,
    parse: (body, name) => engine.parse(body, name),
    render(parsed, values) {
      const context = new Context({}, engine.options, { sync: true, globals: values }, {});
      limitTime(context);
      const emitter = createBoundedEmitter();
      toValueSync(engine.renderer.renderTemplates(parsed, context, emitter));
      return emitter.buffer;
    },
  };
}

/** Of a time in which others had the processor, only what the hub itself used counts. */
function limitTime({ renderLimit: limiter }: Context): void {
  const begunAt = performance.now();
  const begun = process.cpuUsage();
  const check = limiter.check.bind(limiter);
  limiter.check = (now) => {
    const { user, system } = process.cpuUsage(begun);
    check(Math.min(now, begunAt + (user + system) / 1000));
  };
}

function keepOnly(table: Record<string, unknown>, allowed: readonly string[]): void {
  for (const name of Object.keys(table)) if (!allowed.includes(name)) delete table[name];
}

function createBoundedEmitter(): Emitter {
  return {
    buffer: "",
    write(value: unknown) {
      const text = wordsOf(value);
      if (this.buffer.length + text.length > longestInstructions) {
        throw new TooLongError(`it makes more than ${longestInstructions} characters`);
      }
      this.buffer += text;
    },
  };
}

/** A value as text: a list is its items in a row. */
function wordsOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? value.map(wordsOf).join("") : String(value);
}
