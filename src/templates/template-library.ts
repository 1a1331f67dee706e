import { UserError } from "../core/errors.ts";
import { didYouMean } from "../core/nearest.ts";
import type { TemplateFile, TemplateProblem } from "../core/template.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { BadTemplate } from "./bad-template.ts";
import { inclusionsOf, UnnamedInclusionError } from "./inclusions.ts";
import type { Inclusion } from "./inclusions.ts";
import { createLiquidEngine } from "./liquid-engine.ts";
import { holderOf, liquidProblem } from "./liquid-problem.ts";
import { longestFrontMatter, readTemplate } from "./template-file.ts";
import type { ReadTemplate, Template } from "./template-file.ts";

/** So much of templates is parsed for one of them. */
const mostParsed = 128 * 1024;
const tooMuch = "with all it includes it has more than 128 KB, or more than 8 KB of front matter";

export type Place = {
  /** Whose they are, in words: "the hub". */
  owner: string;
  /** The path of their directory, for messages. */
  directory: string;
};

/** Templates of one place as they are read and include one another; what is wrong is a BadTemplate. */
export function createTemplateLibrary(files: readonly TemplateFile[], place: Place) {
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
    const names = files.map((one) => one.name);
    const shown = names.map((one) => `"${one}"`).slice(0, 30);
    const there = shown.length === 0 ? "It has none." : `There are ${shown.join(", ")}.`;
    const hint = didYouMean(name, names);
    throw new UserError(`Cannot find the template "${name}" of ${place.owner}. ${hint}${there}`, {
      code: "not_found",
    });
  }

  return { read, find, alreadyRead, needsOf, problemAt, badTemplate };
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
