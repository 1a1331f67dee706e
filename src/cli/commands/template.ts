import { resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import type {
  TemplateListing,
  TemplateProblem,
  TemplateSummary,
  TemplateVariable,
} from "../../core/template.ts";
import type { Command } from "commander";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, CommandFailed } from "../command.ts";
import { oneLine, safe } from "../shown-text.ts";

/** Reads templates on this machine, without a hub. */
export type LocalTemplates = {
  /** Those of a checkout, as its HEAD has them. */
  ofRepository(path: string, signal: AbortSignal): Promise<TemplateListing>;
  /** What is wrong in the `.thopter` of a repository, or in the hub's own directory when absent. */
  check(directory: string | undefined): Promise<{ checked: string[]; problems: TemplateProblem[] }>;
};

type Json = { json?: boolean };

const examples = {
  all: `
Examples:
  thopter template list                     those of the hub, and what they take
  thopter template render bugfix --var ticket=42 --task "mend the login"
  thopter template check .thopter           what is wrong in a repository

"thopter provision" takes one with --template bugfix --var ticket=42.

A template is a Markdown file with Liquid in it: {{ task }}, {{ name }},
{{ repository }}, {{ repository_name }}, {{ base }}, {{ branch }}, {{ labels }},
{{ owner }}, and {{ vars.ticket }} for --var ticket=42. Front matter may hold a
description, and variables with description, default and required.
{% include "rules" %} takes in another one of the same place. A name alone is a
template of the hub; repo:bugfix is .thopter/templates/bugfix.md of the
repository, at the commit that the thopter starts from.`,
  list: `
Examples:
  thopter template list                     those of the hub, and what they take
  thopter template list --repo .            those of a repository, as its HEAD has them

The form of /thopter provision and the resource thopter://templates of MCP offer
the same as the first: the hub's. Those of a repository are known to the hub
only once a thopter has cloned it; any front asks for one with repo:bugfix.`,
  show: `
Examples:
  thopter template show bugfix              as it stands in its file`,
  check: `
Examples:
  thopter template check                    the hub's: <data directory>/templates
  thopter template check .thopter           a repository's templates and its config.yml`,
  render: `
Examples:
  thopter template render bugfix            with a task and facts made up
  thopter template render bugfix --task "mend the login" --var ticket=42`,
};

/** `template`: what a task can be put into. */
export function registerTemplate(openTemplates: () => Promise<LocalTemplates>): RegisterCommand {
  return (program, context) => {
    const template = program
      .command("template")
      .description("list, show, check and try out templates for tasks")
      .addHelpText("after", examples.all);
    addList(template, context, openTemplates);
    addShow(template, context);
    addCheck(template, context, openTemplates);
    addRender(template, context);
  };
}

function addList(
  template: Command,
  context: CommandContext,
  openTemplates: () => Promise<LocalTemplates>,
): void {
  template
    .command("list")
    .description("the templates of the hub, or of a repository")
    .option("-r, --repo <path>", "a repository on this machine, as its HEAD has it")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.list)
    .action(async ({ repo, json }: Json & { repo?: string }) => {
      const result =
        repo === undefined
          ? await (await context.connect()).call("listTemplates", {})
          : await (await openTemplates()).ofRepository(resolve(repo), context.signal);
      const prefix = repo === undefined ? "" : "repo:";
      answer(context, { json, result }, () => showList(context, result, prefix));
    });
}

function addShow(template: Command, context: CommandContext): void {
  template
    .command("show")
    .description("the text of a template of the hub")
    .argument("<template>", "as in the list")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.show)
    .action(async (name: string, { json }: Json) => {
      const result = await (await context.connect()).call("getTemplate", { name });
      answer(context, { json, result }, () => context.terminal.print(safe(result.text).trimEnd()));
    });
}

function addCheck(
  template: Command,
  context: CommandContext,
  openTemplates: () => Promise<LocalTemplates>,
): void {
  template
    .command("check")
    .description("what is wrong with templates, with file and line")
    .argument("[directory]", "the .thopter of a repository; the hub's own when absent")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.check)
    .action(async (directory: string | undefined, { json }: Json) => {
      const templates = await openTemplates();
      const result = await templates.check(
        directory === undefined ? undefined : resolve(directory),
      );
      const { checked, problems } = result;
      answer(context, { json, result }, () => {
        for (const { file, line, message } of problems)
          context.terminal.print(oneLine(`${file}:${line}: ${message}`));
        if (problems.length === 0)
          context.terminal.print(`${counted(checked.length, "file")} checked: nothing is wrong.`);
      });
      if (problems.length > 0)
        throw new CommandFailed(`Found ${counted(problems.length, "problem")}.`);
    });
}

function addRender(template: Command, context: CommandContext): void {
  template
    .command("render")
    .description("what an agent would be told")
    .argument("<template>", "one of the hub")
    .option("--task <text>", "what the agent should do", "mend the login")
    .option("--var <name=value>", "a variable; may be repeated", collectVariable)
    .option("-r, --repo <address>", "the repository")
    .option("-b, --base <ref>", "the base")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.render)
    .action(async (name: string, options: Json & RenderOptions) => {
      const { task, var: variables, repo: repository, base, json } = options;
      const client = await context.connect();
      const request = { name, task, variables, repository, base };
      const result = await client.call("renderTemplate", request);
      answer(context, { json, result }, ({ text }) => context.terminal.print(safe(text).trimEnd()));
    });
}

type RenderOptions = {
  task: string;
  var?: Record<string, string>;
  repo?: string;
  base?: string;
};

/** Takes "name=value" apart, for an option that may be repeated. Throws UserError. */
export function collectVariable(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new UserError(`Cannot use "${text}" for --var: write it as name=value.`);
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function showList(
  { terminal }: CommandContext,
  { templates, problems }: TemplateListing,
  prefix: string,
): void {
  if (templates.length === 0) terminal.note("There are no templates.");
  else
    terminal.table(
      ["TEMPLATE", "VARIABLES", "DESCRIPTION"],
      templates.map((one) => rowOf(one, prefix)),
    );
  for (const { file, line, message } of problems)
    terminal.note(oneLine(`${file}:${line}: ${message}`));
}

function rowOf({ name, variables, description = "" }: TemplateSummary, prefix: string): string[] {
  return [`${prefix}${name}`, variables.map(variableWords).join(", "), description];
}

function variableWords({ name, required, default: standard }: TemplateVariable): string {
  if (standard !== undefined) return `${name}=${standard.slice(0, 30)}`;
  return required ? name : `[${name}]`;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
