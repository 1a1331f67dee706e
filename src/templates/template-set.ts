import { analyzeSync } from "liquidjs";
import type { Template as Parsed } from "liquidjs";
import { UserError } from "../core/errors.ts";
import type {
  TemplateChoice,
  TemplateFacts,
  TemplateFile,
  TemplateListing,
  TemplateProblem,
  TemplateSource,
} from "../core/template.ts";
import { stripControls, untrustedText } from "../core/untrusted-text.ts";
import { createLiquidEngine } from "./liquid-engine.ts";
import { holderOf, liquidProblem, unknownVariable } from "./liquid-problem.ts";
import { inclusionsOf, UnnamedInclusionError } from "./inclusions.ts";
import type { Inclusion } from "./inclusions.ts";
import { longestFrontMatter, readTemplate } from "./template-file.ts";
import type { ReadTemplate, Template } from "./template-file.ts";
import { factNames, knownTo, valuesFor } from "./values.ts";

/** So much of templates is parsed for one of them. */
const mostParsed = 128 * 1024;
const tooMuch = "with all it includes it has more than 128 KB, or more than 8 KB of front matter";

/** Templates of one place. They include one another, and nothing from elsewhere. */
export type TemplateSet = {
  listing(): TemplateListing;
  get(name: string): TemplateSource;
  render(choice: TemplateChoice, facts: TemplateFacts): string;
};

/** What is wrong with a template, thrown until it is either shown or listed. */
class BadTemplate extends Error {
  override name = "BadTemplate";
  readonly problems: readonly TemplateProblem[];

  constructor(problems: readonly TemplateProblem[]) {
    super(problems.map(({ message }) => message).join("; "));
    this.problems = problems;
  }
}

type Place = {
  /** Whose they are, in words: "the hub". */
  owner: string;
  /** The path of their directory, for messages. */
  directory: string;
};

export function createTemplateSet(files: readonly TemplateFile[], place: Place): TemplateSet {
  const known = new Map(files.map((file) => [file.name, file]));
  const reads = new Map<string, ReadTemplate>();
  const parts = new Map<string, Inclusion[]>();

  /** Read when it is needed: what nobody asked for takes no time. Throws BadTemplate. */
  function read(name: string): Template | undefined {
    const file = known.get(name);
    if (file === undefined) return undefined;
    const found = reads.get(name) ?? readTemplate(file, `${place.directory}/${name}.md`);
    reads.set(name, found);
    if ("template" in found) return found.template;
    throw new BadTemplate(found.problems);
  }

  function alreadyRead(): Template[] {
    return [...reads.values()].flatMap((one) => ("template" in one ? [one.template] : []));
  }

  function problemAt(template: Template, line: number, message: string): TemplateProblem {
    return { file: template.file, line: line + template.linesBefore, message };
  }

  /** What the engine threw, told of the template it is in. */
  function badTemplate(error: unknown, template: Template, names: readonly string[]): BadTemplate {
    if (error instanceof UnnamedInclusionError)
      return new BadTemplate([problemAt(template, error.line, error.message)]);
    const { message, line, input } = liquidProblem(error, names);
    const holder = holderOf(input, alreadyRead());
    return new BadTemplate([problemAt(holder ?? template, holder ? line : 1, message)]);
  }

  function partsOf(template: Template): Inclusion[] {
    const before = parts.get(template.name);
    if (before !== undefined) return before;
    try {
      const found = inclusionsOf(createLiquidEngine({}).parse(template.body, template.name));
      parts.set(template.name, found);
      return found;
    } catch (error) {
      throw badTemplate(error, template, []);
    }
  }

  function include({ name, line }: Inclusion, by: Template, path: readonly string[]): Template {
    const from = path.indexOf(name);
    if (from >= 0) {
      const cycle = [...path.slice(from), name].map((one) => `"${one}"`).join(" -> ");
      throw new BadTemplate([problemAt(by, line, `it includes itself: ${cycle}`)]);
    }
    const found = read(name);
    if (found !== undefined) return found;
    const called = untrustedText(name, { maxLength: 110 }).replaceAll(/\s+/g, " ");
    const message = `it includes "${called}", which is no template of ${place.owner}`;
    throw new BadTemplate([problemAt(by, line, message)]);
  }

  /** A template and all it needs, what is included before what includes it. */
  function needsOf(root: Template): Template[] {
    const ordered = new Map<string, Template>();
    const isTooMuch = createScale();
    function visit(template: Template, path: readonly string[]): void {
      if (ordered.has(template.name)) return;
      if (isTooMuch(template)) throw new BadTemplate([problemAt(root, 1, tooMuch)]);
      for (const part of partsOf(template)) {
        visit(include(part, template, [...path, template.name]), [...path, template.name]);
      }
      ordered.set(template.name, template);
    }
    visit(root, []);
    return [...ordered.values()];
  }

  function find(name: string): Template {
    const found = read(name);
    if (found !== undefined) return found;
    const names = files.map((one) => `"${one.name}"`).slice(0, 30);
    const there = names.length === 0 ? "It has none." : `There are ${names.join(", ")}.`;
    throw new UserError(`Cannot find the template "${name}" of ${place.owner}. ${there}`, {
      code: "not_found",
    });
  }

  function withEngine<T>(
    template: Template,
    names: readonly string[],
    work: (engine: ReturnType<typeof createLiquidEngine>, parsed: Parsed[]) => T,
  ): T {
    const bodies = needsOf(template).map(({ name, body }) => [name, body] as const);
    try {
      const engine = createLiquidEngine(Object.fromEntries(bodies));
      return work(engine, engine.parse(template.body, template.name));
    } catch (error) {
      throw badTemplate(error, template, names);
    }
  }

  /** Throws BadTemplate for a variable that nobody would give it. */
  function checkVariables(template: Template): void {
    const names = knownTo(template);
    const { globals } = withEngine(template, names, (_engine, parsed) =>
      analyzeSync(parsed, { partials: true }),
    );
    const problems = Object.values(globals)
      .flat()
      .flatMap(({ segments, location }) => {
        const [root, key] = segments.map(String);
        const isKnown =
          root === "vars"
            ? !template.declares || key === undefined || names.includes(`vars.${key}`)
            : factNames.includes(root ?? "");
        if (isKnown) return [];
        const holder = alreadyRead().find((one) => one.name === location.file) ?? template;
        const name = root === "vars" ? `vars.${key}` : (root ?? "");
        return [problemAt(holder, location.row, unknownVariable(name, names))];
      });
    if (problems.length > 0) throw new BadTemplate(problems);
  }

  function problemsOf(work: () => void): readonly TemplateProblem[] {
    try {
      work();
      return [];
    } catch (error) {
      if (error instanceof BadTemplate) return error.problems;
      throw error;
    }
  }

  return {
    listing() {
      const problems = files.flatMap(({ name }) => problemsOf(() => read(name)));
      const included = new Set<string>();
      const sound = alreadyRead().filter((template) => {
        const found = problemsOf(() => {
          for (const { name } of needsOf(template)) if (name !== template.name) included.add(name);
        });
        problems.push(...found);
        return found.length === 0;
      });
      // What another includes may be given variables by it.
      for (const template of sound.filter(({ name }) => !included.has(name)))
        problems.push(...problemsOf(() => checkVariables(template)));
      return { templates: sound.map(summaryOf), problems: eachOnce(problems) };
    },
    get(name) {
      const template = shown(name, () => find(name));
      return { ...summaryOf(template), text: template.text };
    },
    render(choice, facts) {
      return shown(choice.name, () => {
        const template = find(choice.name);
        const values = valuesFor(template, choice, facts);
        const text = withEngine(template, knownTo(template, choice), (engine, parsed) =>
          engine.render(parsed, values),
        );
        // It may end up on the keyboard of a terminal.
        const told = stripControls(text).trim();
        if (told !== "") return told;
        throw new BadTemplate([problemAt(template, 1, "it makes no text")]);
      });
    },
  };
}

/** Counts templates, and says when they are more than is parsed for one. */
function createScale(): (template: Template) => boolean {
  let [front, bodies] = [0, 0];
  return ({ text, body }) => {
    front += text.length - body.length;
    bodies += body.length;
    return front > longestFrontMatter || bodies > mostParsed;
  };
}

/** Turns what is wrong with a template into words for whoever asked for it. */
function shown<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof BadTemplate)) throw cause;
    const lines = cause.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
    throw new UserError(
      `Cannot use the template "${name}": ${lines.slice(0, 5).join("; ")}. "thopter template check" shows all that is wrong.`,
      { cause },
    );
  }
}

function summaryOf({ name, description, variables }: Template) {
  return { name, variables, ...(description === undefined ? {} : { description }) };
}

function eachOnce(problems: readonly TemplateProblem[]): TemplateProblem[] {
  const unlike = new Map(problems.map((one) => [JSON.stringify(one), one]));
  return [...unlike.values()].slice(0, 100);
}
