import { UserError } from "../../src/core/errors.ts";
import { noIdentity } from "../../src/core/identity.ts";
import type { ProvisionRequest } from "../../src/core/ports/fleet.ts";
import { noTemplate } from "../../src/core/template.ts";
import type { FlagSpec, Typed } from "../define-command.ts";
import { flagText, flagTexts } from "./find.ts";

/** What an agent gets beside its task, in the words that the command line has for it. */
export type Equipment = Pick<ProvisionRequest, "template" | "variables" | "identity">;

export const equipmentFlags = {
  template: {
    takes: "value",
    words: `put the task into this template of the hub; repo:name is one of the repository's, known once it is cloned; ${noTemplate} is none`,
  },
  var: {
    takes: "values",
    words: 'a variable of the template, such as ticket=42 or why="two words"; may be repeated',
  },
  identity: {
    takes: "value",
    words: `the home and login that its agent gets; ${noIdentity} for none`,
  },
} as const satisfies Record<string, FlagSpec>;

/** Reads these flags. Throws UserError. */
export function equipmentOf(typed: Typed): Equipment {
  const given = flagTexts(typed, "var").map((text) => variableFrom(text, "for --var"));
  return {
    template: flagText(typed, "template"),
    ...(given.length === 0 ? {} : { variables: Object.fromEntries(given) }),
    identity: flagText(typed, "identity"),
  };
}

/** Reads variables that stand one in a line. Throws UserError. */
export function variablesFrom(lines: string): Record<string, string> {
  const written = lines.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(written.map((line) => variableFrom(line.trim(), "as a variable")));
}

function variableFrom(text: string, what: string): [string, string] {
  const at = text.indexOf("=");
  if (at >= 1) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  throw new UserError(`Cannot use "${text.slice(0, 60)}" ${what}: write it as name=value.`);
}
