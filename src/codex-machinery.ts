import { constants } from "node:fs";
import { access, readdir, realpath } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createCodexAgent } from "./agents/codex.ts";
import { readEnvironment, type Config } from "./config.ts";
import { UserError } from "./core/errors.ts";
import type { Agent } from "./core/ports/agent.ts";
import type { Clock } from "./core/ports/clock.ts";

/** Where this machine has Codex. */
export type CodexPlace = {
  program: string;
  /** What a contained thopter has to see of this machine to run it. */
  expose: string;
};

/** Looks for Codex, links resolved; undefined where there is none. */
export async function findCodex(
  config: Pick<Config, "THOPTER_CODEX_PROGRAM">,
): Promise<CodexPlace | undefined> {
  const named = config.THOPTER_CODEX_PROGRAM;
  const path = readEnvironment()["PATH"] ?? "";
  const directories = path.split(":").filter((part) => part.startsWith("/"));
  const candidates = named === undefined ? directories.map((one) => join(one, "codex")) : [named];
  for (const candidate of candidates) {
    const found = await runnable(candidate);
    const program = found?.endsWith(".js") === true ? await behindScript(found) : found;
    if (program !== undefined) return { program, expose: await packageOf(program) };
  }
  return undefined;
}

function runnable(path: string): Promise<string | undefined> {
  return access(path, constants.X_OK).then(
    () => realpath(path),
    () => undefined,
  );
}

/** The package of a program, which has others that it starts; without one, the program alone. */
async function packageOf(program: string): Promise<string> {
  const directory = dirname(dirname(program));
  // Anyone's home may have a bin as well.
  const isPackage = await access(join(directory, "codex-package.json")).then(
    () => true,
    () => false,
  );
  return isPackage ? directory : program;
}

/** What npm puts on the PATH is a script that starts the program of another package. */
async function behindScript(script: string): Promise<string | undefined> {
  const vendor = vendorDirectory(script);
  if (vendor === undefined) return undefined;
  const targets = await readdir(vendor).catch((): string[] => []);
  for (const target of targets) {
    const found = await runnable(join(vendor, target, "bin", "codex"));
    if (found !== undefined) return found;
  }
  return undefined;
}

function vendorDirectory(script: string): string | undefined {
  const name = `@openai/codex-${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(script).resolve(`${name}/package.json`)), "vendor");
  } catch {
    // Installed without it, or not by npm.
    return undefined;
  }
}

/** Throws UserError where new thopters would need Codex of this machine, and it has none. */
export function refuseWithoutCodex(config: Config, place: CodexPlace | undefined): void {
  if (place !== undefined || config.THOPTER_AGENT !== "codex") return;
  // Elsewhere each machine brings its own.
  if (config.THOPTER_PROVIDER !== "local") return;
  throw new UserError(`Cannot start with THOPTER_AGENT=codex: ${noCodex(config)}.`);
}

/** Why there is no Codex, and how to get one. */
export function noCodex({
  THOPTER_CODEX_PROGRAM: named,
}: Pick<Config, "THOPTER_CODEX_PROGRAM">): string {
  const where = named === undefined ? "this machine has no program codex" : `"${named}" cannot run`;
  return `${where}. Install it with "npm install --global @openai/codex", or set THOPTER_CODEX_PROGRAM to its path`;
}

/** The agent `codex` of a configuration; also where new thopters get another one. */
export function createConfiguredCodex(
  config: Config,
  parts: { place: CodexPlace | undefined; contained: boolean; clock: Clock; idleAfterMs: number },
): Agent {
  const { place, contained, clock, idleAfterMs } = parts;
  const usual = contained ? "danger-full-access" : "workspace-write";
  return createCodexAgent({
    programs: [...(place === undefined ? [] : [place.program]), "codex"],
    login: {
      OPENAI_API_KEY: config.OPENAI_API_KEY,
      OPENAI_BASE_URL: config.OPENAI_BASE_URL,
    },
    permissions: config.THOPTER_CODEX_PERMISSIONS ?? usual,
    ...{ clock, idleAfterMs },
  });
}
