import { personOf } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requireRole } from "../core/permission.ts";
import type { ProvisionRequest } from "../core/ports/fleet.ts";
import type { TemplateFleet } from "../core/ports/templates.ts";
import { noTemplate, parseTemplateChoice, repositoryPrefix } from "../core/template.ts";
import type { TemplateChoice, TemplateFacts } from "../core/template.ts";
import type { People } from "./people.ts";
import type { FleetPorts } from "./ports.ts";

/** What the record keeps of the template that a request asks for. Throws UserError where it cannot be used. */
export type AcceptTemplate = (
  ownerId: string,
  request: ProvisionRequest,
) => Promise<{ template?: TemplateChoice }>;

type Parts = { ports: Pick<FleetPorts, "templates">; people: People };

type Sketch = Pick<ProvisionRequest, "task" | "name" | "base" | "labels"> & {
  repository?: string | undefined;
};

/** The hub's own templates: which there are, and whether one can be used. */
export function createTemplating({
  ports: { templates },
  people,
}: Parts): TemplateFleet & { acceptTemplate: AcceptTemplate } {
  /** What a template would know of a thopter that is not there yet. */
  function sketchOf(request: Sketch, ownerId: string | undefined): TemplateFacts {
    const name = request.name ?? "amber-falcon";
    return {
      task: request.task,
      name,
      repository: request.repository ?? "https://github.com/owner/name.git",
      base: request.base ?? "main",
      branch: `thopter/${name}`,
      labels: request.labels ?? [],
      owner: ownerId === undefined ? "the hub" : people.nameOf(ownerId),
    };
  }

  return {
    async listTemplates(caller) {
      requireRole(caller, "viewer", "list templates");
      return templates.list();
    },
    async getTemplate(caller, { name }) {
      requireRole(caller, "viewer", "look at a template");
      return templates.get(ofTheHub(name, {}).name);
    },
    async renderTemplate(caller, { name, variables = {}, ...request }) {
      requireRole(caller, "viewer", "render a template");
      const choice = ofTheHub(name, variables);
      return { text: await templates.render(choice, sketchOf(request, personOf(caller.actor))) };
    },
    async acceptTemplate(ownerId, request) {
      const { template: name, variables = {} } = request;
      if (name === undefined) {
        if (Object.keys(variables).length === 0) return {};
        throw new UserError(
          "Cannot use variables without a template: name the template that they are for.",
        );
      }
      const template = parseTemplateChoice(name, variables);
      // One of the repository is read with the clone, and rendered then.
      if (name !== noTemplate && !name.startsWith(repositoryPrefix))
        await templates.render(template, sketchOf(request, ownerId));
      return { template };
    },
  };
}

function ofTheHub(name: string, variables: Readonly<Record<string, string>>): TemplateChoice {
  const choice = parseTemplateChoice(name, variables);
  if (name !== noTemplate && !name.startsWith(repositoryPrefix)) return choice;
  throw new UserError(
    `Cannot look at the template "${name}": the hub knows its own templates alone. "thopter template list" shows them; with --repo, those of a repository on this machine.`,
  );
}
