import { UserError } from "../core/errors.ts";
import type { TemplateChoice, TemplateFacts } from "../core/template.ts";
import type { Template } from "./template-file.ts";

/** What every template knows, beside the request's own variables under `vars`. */
export const factNames: readonly string[] = [
  ...["task", "name", "repository", "repository_name", "base", "branch", "labels", "owner", "vars"],
];

/** The variables that a template can use. */
export function knownTo(template: Template, choice?: TemplateChoice): string[] {
  const given = Object.keys(choice?.variables ?? {});
  const own = [...template.variables.map(({ name }) => name), ...given];
  const facts = factNames.filter((name) => name !== "vars");
  return [...facts, ...[...new Set(own)].map((name) => `vars.${name}`)];
}

/** The values that a template gets. Throws UserError for a variable that it needs or does not know. */
export function valuesFor(
  template: Template,
  { variables }: TemplateChoice,
  facts: TemplateFacts,
): object {
  const missing = template.variables.find(
    (one) => one.required && one.default === undefined && !Object.hasOwn(variables, one.name),
  );
  if (missing !== undefined) {
    const about = missing.description === undefined ? "" : ` (${missing.description})`;
    throw new UserError(
      `Cannot use the template "${template.name}": it needs the variable "${missing.name}"${about}. Give it with --var ${missing.name}=...`,
    );
  }
  const names = template.variables.map(({ name }) => name);
  const stray = Object.keys(variables).find((name) => !names.includes(name));
  if (template.declares && stray !== undefined) {
    const there = names.length === 0 ? "It takes none." : `It takes ${names.join(", ")}.`;
    throw new UserError(
      `Cannot use the template "${template.name}": it takes no variable "${stray}". ${there}`,
    );
  }
  // One that may be left out is nothing, which is not the same as one that does not exist.
  const standard = template.variables.map((one) => [one.name, one.default ?? null] as const);
  const vars = { ...Object.fromEntries(standard), ...variables };
  const { task, name, repository, base, branch, labels, owner } = facts;
  const known = { task, name, repository, base, branch, labels: [...labels], owner };
  return { ...known, repository_name: repositoryName(repository), vars };
}

/** The last part of an address: "gate" of "https://example.com/team/gate.git". */
function repositoryName(repository: string): string {
  const path = repository.replace(/\/+$/, "").replace(/\.git$/, "");
  return path.split(/[/:]/).at(-1) ?? "";
}
