import { noTemplate, repositoryPrefix } from "../core/template.ts";
import type { TemplateChoice, TemplateFacts } from "../core/template.ts";
import type { Thopter } from "../core/thopter.ts";
import type { StepPorts } from "./ports.ts";
import { readRepositoryTemplates } from "./repository-templates.ts";
import type { MachineSession } from "./session.ts";

/** What the request's template, or the one that the repository names, makes of a thopter's task. */
export async function instructionsFor(
  ports: Pick<StepPorts, "templates" | "ownerName">,
  { record, session }: { record: Thopter; session: MachineSession },
  signal: AbortSignal,
): Promise<string | undefined> {
  const choice = choiceOf(record);
  const { baseCommit } = record;
  if (choice === undefined || baseCommit === undefined) return undefined;
  const facts: TemplateFacts = {
    task: record.task,
    name: record.name,
    repository: record.repository,
    base: record.base ?? baseCommit,
    branch: record.branch,
    labels: record.labels,
    owner: await ports.ownerName(record.ownerId),
  };
  if (!choice.name.startsWith(repositoryPrefix)) return ports.templates.render(choice, facts);
  const files = await readRepositoryTemplates({ session, baseCommit, signal });
  return ports.templates.renderFrom(files, choice, facts);
}

function choiceOf({ template, repositoryConfig }: Thopter): TemplateChoice | undefined {
  const named = repositoryConfig?.template;
  const choice = template ?? (named === undefined ? undefined : { name: named, variables: {} });
  return choice?.name === noTemplate ? undefined : choice;
}
