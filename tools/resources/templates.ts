import type { TemplateSummary } from "../../src/core/template.ts";
import { templateNames } from "../completions/known-values.ts";
import type { FixedResource, TemplateResource } from "./define-resource.ts";

/** Their files tell nobody that they have changed: whoever wants to know reads again. */
const never = (): boolean => false;

export const templatesResource: FixedResource = {
  uri: "thopter://templates",
  name: "templates",
  title: "Templates",
  description: "What provision_thopter can put a task into, with the variables it takes",
  async read({ fleet, caller }) {
    const { templates, problems } = await fleet.listTemplates(caller);
    return {
      templates: templates.map(viewTemplate),
      // A template that cannot be used is missing above, and this says why.
      problems: problems.map(({ file, line, message }) => `${file}:${String(line)}: ${message}`),
      of_repositories:
        "A repository may have its own in .thopter/templates: repo:name. They are known once it is cloned.",
    };
  },
  changesWith: never,
};

export const templateResource: TemplateResource = {
  uriTemplate: "thopter://templates/{id}",
  name: "template",
  title: "One template",
  description: "A template of the hub with its text, by name",
  async read(name, { fleet, caller }) {
    const source = await fleet.getTemplate(caller, { name });
    return { ...viewTemplate(source), text: source.text };
  },
  find: (name, { fleet, caller }) => fleet.getTemplate(caller, { name }),
  changesWith: never,
  ids: templateNames,
};

function viewTemplate({ name, description, variables }: TemplateSummary) {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    variables: variables.map((one) => ({
      name: one.name,
      required: one.required && one.default === undefined,
      ...(one.default === undefined ? {} : { default: one.default }),
      ...(one.description === undefined ? {} : { description: one.description }),
    })),
  };
}
