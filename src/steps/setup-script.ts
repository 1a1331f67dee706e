import { UserError } from "../core/errors.ts";
import { createBaseReader, isPlainFile } from "./base-commit.ts";
import type { Source } from "./base-commit.ts";

export const setupScriptPath = ".thopter/setup";

const mostBytes = 64 * 1024;

/**
 * The setup script as the base commit has it: a plain file of at most 64 KB, never what a working
 * tree or a link says. Throws UserError for anything else of that name.
 */
export async function readSetupScript(
  session: Source["session"],
  baseCommit: string,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const reader = createBaseReader(
    { session, baseCommit, signal },
    { what: "the setup script", maxBytes: 2 * mostBytes },
  );
  const [entry] = await reader.list(setupScriptPath);
  if (entry === undefined) return undefined;
  if (!isPlainFile(entry)) throw refused("it is no plain file", "Make it one");
  if (!(entry.size <= mostBytes)) throw refused("it is larger than 64 KB", "Shorten it");
  return reader.blob(entry.id);
}

function refused(reason: string, mending: string): UserError {
  return new UserError(
    `Cannot use the setup script "${setupScriptPath}": ${reason}. ${mending} on the base branch, then provision again.`,
  );
}
