import { posix } from "node:path";
import { UserError } from "../core/errors.ts";
import type { MachinePlaces } from "../core/ports/provider.ts";
import type { Shell } from "../core/ports/shell.ts";
import { writePrivateFile } from "./private-file.ts";
import { shellQuote } from "./shell-quote.ts";

export type LauncherRequest = {
  /** A command line for sh. */
  command: string;
  cwd: string;
  env: Readonly<Record<string, string>>;
};

/**
 * Writes the script that starts an agent, and the environment that it takes along in a file that
 * only its owner reads and that goes when it was read. Answers with the command that runs it.
 */
export async function writeLauncher(
  { shell, places }: { shell: Shell; places: MachinePlaces },
  request: LauncherRequest,
  signal: AbortSignal,
): Promise<string[]> {
  const envFile = posix.join(places.run, "agent.env");
  const script = posix.join(places.run, "agent.sh");
  await writePrivateFile(shell, { path: envFile, content: envText(request.env) }, signal);
  await writePrivateFile(shell, { path: script, content: scriptText(request, envFile) }, signal);
  // A login shell: the machine's profile first, so that the request's environment has the last word.
  return ["sh", "-l", script];
}

function scriptText({ command, cwd }: LauncherRequest, envFile: string): string {
  return `${[
    `. ${shellQuote(envFile)} || exit`,
    `rm -f ${shellQuote(envFile)}`,
    `cd ${shellQuote(cwd)} || exit`,
    // The new title says that it runs.
    `printf '\\033]2;thopter\\033\\\\'`,
    ...execIfProgram(command),
    `exec sh -c ${shellQuote(command)}`,
  ].join("\n")}\n`;
}

const plainWords = /^([\w@%+:,./~-]+)(?: +[\w@%+=:,./~-]+)*$/;

// A program takes the launcher's place, for a shell has to be the terminal's first process to be
// known as idle. Whatever needs sh to be understood stays its child.
function execIfProgram(command: string): string[] {
  const [plain, program] = plainWords.exec(command.trim()) ?? [];
  if (plain === undefined || program === undefined) return [];
  return [`case $(command -v ${program}) in */*) exec ${plain} ;; esac`];
}

function envText(env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new UserError(
        `Cannot set the variable "${name}": a name has letters, digits and underscores, no digit first`,
      );
    }
    if (value.includes("\0")) {
      throw new UserError(`Cannot set the variable "${name}": its value holds a NUL character`);
    }
    return `export ${name}=${shellQuote(value)}\n`;
  });
  return lines.join("");
}
