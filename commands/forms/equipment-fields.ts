import type { InputBlock } from "@slack/types";
import { UserError } from "../../src/core/errors.ts";
import { noIdentity } from "../../src/core/identity.ts";
import type { IdentityView } from "../../src/core/ports/identities.ts";
import { noTemplate } from "../../src/core/template.ts";
import type { TemplateSummary } from "../../src/core/template.ts";
import type { FormValues } from "../ask.ts";
import { variablesFrom } from "../choose/equipment.ts";
import type { Equipment } from "../choose/equipment.ts";
import { field, option, select, valueOf } from "./view.ts";

/** What there is to choose from. */
export type Offer = { templates: readonly TemplateSummary[]; identities: readonly IdentityView[] };

/** Asks for what is taken where nothing is chosen; no template and no identity has such a name. */
const usual = ":usual";
/** Slack takes 3000 signs in the note of a form, with where it was opened. */
const longestNote = 2000;
/** Slack takes no longer value in an option. */
const longestValue = 75;

/** The fields for a template, its variables and an identity: only where there are any, or one was typed. */
export function equipmentFields(offer: Offer, filled: Equipment): InputBlock[] {
  const { templates, identities } = offer;
  return [
    ...(templates.length === 0 && filled.template === undefined
      ? []
      : [templateField(templates, filled.template), variablesField(templates, filled.variables)]),
    ...(identities.length === 0 && filled.identity === undefined
      ? []
      : [identityField(identities, filled.identity)]),
  ];
}

/** For the form's note: what each template needs, so that the form itself can say what is missing. */
export function noteOf({ templates }: Offer): string {
  let note = "";
  for (const template of templates) {
    const needed = neededBy(template);
    const more = needed.length === 0 ? note : `${note} ${template.name}:${needed.join(",")}`;
    // What has no room is said by the fleet, once the form was submitted.
    if (more.length <= longestNote) note = more;
  }
  return note.trim();
}

/** What is wrong with these fields, by block. */
export function checkEquipment(values: FormValues, note: string): Record<string, string> {
  const { template } = chosenIn(values);
  const written = valueOf(values, "variables") ?? "";
  const odd = written
    .split("\n")
    .find((line) => line.trim() !== "" && !/^\s*[^=\s][^=]*=/.test(line));
  if (odd !== undefined) return { variables: `Write "${odd.trim().slice(0, 60)}" as name=value.` };
  if (template === undefined && written !== "") {
    return { variables: "These are for a template: choose one, or leave this empty." };
  }
  const given = variablesFrom(written);
  const missing = neededIn(note, template ?? "").filter((name) => !Object.hasOwn(given, name));
  if (missing.length === 0) return {};
  const lines = missing.map((name) => `${name}=…`).join(", ");
  return {
    variables: `The template "${template ?? ""}" needs ${lines}: each on a line of its own.`,
  };
}

/** What these fields ask for. */
export function equipmentIn(values: FormValues): Equipment {
  const variables = variablesFrom(valueOf(values, "variables") ?? "");
  return {
    ...chosenIn(values),
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
  };
}

function chosenIn(values: FormValues): Equipment {
  const chosen = (id: string): string | undefined => {
    const value = valueOf(values, id);
    return value === usual ? undefined : value;
  };
  return { template: chosen("template"), identity: chosen("identity") };
}

function templateField(
  templates: readonly TemplateSummary[],
  filled: string | undefined,
): InputBlock {
  // A longer name is asked for with the flag.
  const known = templates
    .filter(({ name }) => name.length <= longestValue)
    .map(({ name, description }) => option(name, name, description));
  // One of the repository was typed: it stays chosen, though nobody knows it yet.
  const isKnown = filled === noTemplate || templates.some(({ name }) => name === filled);
  const typed = filled === undefined || isKnown ? [] : [typedOption(filled)];
  const options = [
    option("What the repository says", usual),
    option("None", noTemplate),
    ...typed,
    ...known,
  ];
  return field({
    id: "template",
    label: "Template",
    hint: "The hub's. A repository's own are known once it is cloned: --template repo:name asks for one.",
    element: select(options, filled ?? usual),
  });
}

function typedOption(typed: string) {
  if (typed.length <= longestValue) return option(typed, typed);
  throw new UserError(
    `Cannot keep "${typed.slice(0, longestValue)}…" in the form: it is too long. Write the task and the repository beside it.`,
  );
}

function variablesField(
  templates: readonly TemplateSummary[],
  filled: Equipment["variables"],
): InputBlock {
  const lines = Object.entries(filled ?? {}).map(([name, value]) => `${name}=${value}`);
  const takers = templates
    .filter(({ variables }) => variables.length > 0)
    .map((one) => `${one.name} takes ${one.variables.map(({ name }) => name).join(", ")}`);
  const hint = ["One on each line: name=value.", takers.join("; ")].join(" ").trim();
  return field({
    id: "variables",
    label: "Variables of the template",
    hint,
    isOptional: true,
    element: {
      type: "plain_text_input",
      multiline: true,
      max_length: 3000,
      ...(lines.length === 0 ? {} : { initial_value: lines.join("\n").slice(0, 3000) }),
    },
  });
}

function identityField(
  identities: readonly IdentityView[],
  filled: string | undefined,
): InputBlock {
  const standard = identities.find(({ isDefault }) => isDefault);
  const found = identities.find(({ id, name }) => id === filled || name === filled)?.id;
  const isKnown = filled === noIdentity || found !== undefined;
  const typed = filled === undefined || isKnown ? [] : [typedOption(filled)];
  const options = [
    option(standard === undefined ? "The usual: none" : `The usual: ${standard.name}`, usual),
    option("None", noIdentity),
    ...typed,
    ...identities.map(({ id, name, mine, ownerName }) =>
      option(name, id, mine ? undefined : `of ${ownerName}`),
    ),
  ];
  return field({
    id: "identity",
    label: "Identity",
    hint: "The home and login that its agent gets.",
    element: select(options, found ?? filled ?? usual),
  });
}

function neededBy({ variables }: TemplateSummary): string[] {
  return variables
    .filter((one) => one.required && one.default === undefined)
    .map(({ name }) => name);
}

/** What a template needs, from the note: "bugfix:ticket,why release:version". */
function neededIn(note: string, template: string): string[] {
  const found = note.split(" ").find((one) => one.startsWith(`${template}:`));
  return found?.slice(template.length + 1).split(",") ?? [];
}
