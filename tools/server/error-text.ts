import type { z } from "zod";
import { StoreUnavailableError, UserError } from "../../src/core/errors.ts";
import type { UserErrorCode } from "../../src/core/errors.ts";
import { inWordsOf } from "../../src/core/front-words.ts";

/** What to do next, for errors whose own text names no call. */
const nextSteps: Record<UserErrorCode, (about: string) => string> = {
  invalid: (about) => `Mend that, then call ${about} again.`,
  unauthenticated: () => "Ask a person for a new token.",
  forbidden: (about) =>
    about === "provision_thopter"
      ? `Leave out what is refused and call ${about} again, or ask your person.`
      : "list_thopters with mine true shows what is yours; ask your person for the rest.",
  not_found: (about) =>
    about === "provision_thopter"
      ? `Call ${about} again with one that exists: the resources thopter://templates and thopter://identities list them.`
      : "list_thopters and list_operations show what exists.",
  conflict: () => "get_thopter and list_operations show how things stand.",
  full: () => "fleet_status shows what waits.",
  unavailable: () => "fleet_status shows whether the hub takes requests; then try again.",
};

/** An error in words for a model. Only what was written for callers passes; all else goes to the report. */
export function errorText(
  error: unknown,
  about: string,
  report: (error: unknown, about: string) => string,
): string {
  if (error instanceof UserError)
    return withNextStep(inWordsOf("mcp", userWords(error)), error.code, about);
  const id = report(error, about);
  if (error instanceof StoreUnavailableError) {
    const words =
      "Cannot record the request: the hub's disk takes no writes now. Nothing was done.";
    return withNextStep(words, "unavailable", about);
  }
  return `Cannot finish ${about}: internal error, see the hub's log with id ${id}. It may have taken effect: list_operations shows what was accepted.`;
}

/** The message and those of its causes that were written for callers too. */
function userWords(error: UserError): string {
  const words = [error.message];
  for (
    let cause = error.cause;
    cause instanceof UserError && words.length < 5;
    cause = cause.cause
  ) {
    words.push(cause.message);
  }
  return words.join(" Because: ");
}

const namesCall =
  /\b[a-z]+_(?:[a-z]+_)*(?:thopters?|operations?|status)\b|\b[Cc]all (?:it|\S+) again\b/;

function withNextStep(text: string, code: UserErrorCode, about: string): string {
  return namesCall.test(text) ? text : `${text} ${nextSteps[code](about)}`;
}

/** What is wrong with a call's arguments, each by its name, and which ones there are. */
export function argumentError(tool: string, schema: z.ZodObject, error: z.ZodError): string {
  const issues = error.issues.slice(0, 5).map(issueWords);
  const fields: Readonly<Record<string, z.ZodType>> = schema.shape;
  const names = Object.entries(fields).map(([name, field]) =>
    field.safeParse(undefined).success ? `${name}?` : name,
  );
  const takes = names.length === 0 ? "no arguments" : names.join(", ");
  return `Cannot call ${tool}: ${issues.join("; ")}. It takes ${takes}. Call it again with these.`;
}

function issueWords(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    const names = issue.keys.slice(0, 5).map((key) => `"${key.slice(0, 60)}"`);
    return `${names.length === 1 ? "there is no argument" : "there are no arguments"} ${names.join(", ")}`;
  }
  const place = issue.path.map(String).join(".");
  if (place === "") return issue.message;
  const isMissing = issue.input === undefined && issue.code.startsWith("invalid_");
  if (isMissing && issue.code === "invalid_type") return `"${place}" is missing`;
  return `"${place}"${isMissing ? " is missing" : ""}: ${issue.message}`;
}
