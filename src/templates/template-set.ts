import { analyzeSync } from "liquidjs";
import type { Template as Parsed } from "liquidjs";
import type {
  TemplateChoice,
  TemplateFacts,
  TemplateFile,
  TemplateListing,
  TemplateProblem,
  TemplateSource,
} from "../core/template.ts";
import { stripControls } from "../core/untrusted-text.ts";
import { BadTemplate, problemsOf, shown } from "./bad-template.ts";
import { createLiquidEngine } from "./liquid-engine.ts";
import { unknownVariable } from "./liquid-problem.ts";
import type { Template } from "./template-file.ts";
import { createTemplateLibrary } from "./template-library.ts";
import type { Place } from "./template-library.ts";
import { factNames, knownTo, valuesFor } from "./values.ts";

/** Templates of one place. They include one another, and nothing from elsewhere. */
export type TemplateSet = {
  listing(): TemplateListing;
  get(name: string): TemplateSource;
  render(choice: TemplateChoice, facts: TemplateFacts): string;
};

export function createTemplateSet(files: readonly TemplateFile[], place: Place): TemplateSet {
  const { read, find, alreadyRead, needsOf, problemAt, badTemplate } = createTemplateLibrary(
    files,
    place,
  );

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

function summaryOf({ name, description, variables }: Template) {
  return { name, variables, ...(description === undefined ? {} : { description }) };
}

function eachOnce(problems: readonly TemplateProblem[]): TemplateProblem[] {
  const unlike = new Map(problems.map((one) => [JSON.stringify(one), one]));
  return [...unlike.values()].slice(0, 100);
}
