import type { TemplateFacts, TemplateListing } from "../../src/core/template.ts";
import { UserError } from "../../src/core/errors.ts";
import { createTemplateSet } from "../../src/templates/template-set.ts";
import type { TemplateSet } from "../../src/templates/template-set.ts";

export const facts: TemplateFacts = {
  task: "mend the gate",
  name: "calm-otter",
  repository: "https://example.com/team/gate.git",
  base: "main",
  branch: "thopter/calm-otter",
  labels: ["red", "blue"],
  owner: "Ann",
};

type Files = Readonly<Record<string, string>>;

function setOf(files: Files): TemplateSet {
  const list = Object.entries(files).map(([name, text]) => ({ name, text }));
  return createTemplateSet(list, { owner: "the repository", directory: ".thopter/templates" });
}

/** What the template "main" of these makes of the facts. */
export function rendered(files: Files, variables: Readonly<Record<string, string>> = {}): string {
  return setOf(files).render({ name: "main", variables: { ...variables } }, facts);
}

/** Why it makes nothing. */
export function refusalOf(files: Files, variables: Readonly<Record<string, string>> = {}): string {
  try {
    rendered(files, variables);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("It was not refused");
}

export function listingOf(files: Files): TemplateListing {
  return setOf(files).listing();
}
