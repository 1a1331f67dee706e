import { UserError } from "../../src/core/errors.ts";
import type { Write } from "../../src/core/ports/store.ts";
import type { FixedResource, Sight, TemplateResource } from "./define-resource.ts";
import { identitiesResource } from "./identities.ts";
import { operationResource } from "./operation.ts";
import { templateResource, templatesResource } from "./templates.ts";
import { thopterResource } from "./thopter.ts";
import { thoptersResource } from "./thopters.ts";

export const fixedResources: readonly FixedResource[] = [
  thoptersResource,
  templatesResource,
  identitiesResource,
];
export const templateResources: readonly TemplateResource[] = [
  thopterResource,
  operationResource,
  templateResource,
];

/** What an address stands for. */
export type FoundResource = {
  read(sight: Sight): Promise<unknown>;
  /** Throws UserError "not_found" where `read` would. */
  find(sight: Sight): Promise<unknown>;
  changesWith(write: Write): boolean;
};

/** Throws UserError "not_found" that names the addresses there are. */
export function resourceAt(uri: string): FoundResource {
  const fixed = fixedResources.find((resource) => resource.uri === uri);
  if (fixed !== undefined) return { ...fixed, find: () => Promise.resolve() };
  for (const { uriTemplate, read, find, changesWith } of templateResources) {
    const id = idIn(uri, uriTemplate);
    if (id === undefined) continue;
    return {
      read: (sight) => read(id, sight),
      find: (sight) => find(id, sight),
      changesWith: (write) => changesWith(write, id),
    };
  }
  throw new UserError(
    `Cannot find "${uri.slice(0, 200)}": there is no such resource. There are ${addresses()}.`,
    { code: "not_found" },
  );
}

/** The address of one of a template's records. */
export function addressOf({ uriTemplate }: TemplateResource, id: string): string {
  return uriTemplate.replace("{id}", encodeURIComponent(id));
}

/** Every address and template, in words. */
export function addresses(): string {
  const templates = templateResources.map(({ uriTemplate }) => uriTemplate);
  return [...fixedResources.map(({ uri }) => uri), ...templates].join(", ");
}

function idIn(uri: string, uriTemplate: string): string | undefined {
  const start = uriTemplate.replace("{id}", "");
  const rest = uri.startsWith(start) ? uri.slice(start.length) : "";
  if (!/^[^/?#]+$/.test(rest)) return undefined;
  try {
    return decodeURIComponent(rest);
  } catch {
    // What is no text names no record.
    return undefined;
  }
}
