import { access, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createCodexAgent } from "../agents/codex.ts";
import type { Config } from "../config.ts";
import type { Agent } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import { placesOf, runnableAt, type ProgramSettings } from "./agent-programs.ts";

/** Where this machine has Codex. */
export type CodexPlace = {
  program: string;
  /** What a contained thopter has to see of this machine to run it. */
  expose: string;
};

/** Looks for Codex, links resolved; undefined where there is none. */
export async function findCodex(config: ProgramSettings): Promise<CodexPlace | undefined> {
  for (const place of placesOf("codex", config)) {
    const found = await runnableAt(place);
    const program = found?.endsWith(".js") === true ? await behindScript(found) : found;
    if (program !== undefined) return { program, expose: await packageOf(program) };
  }
  return undefined;
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
    const found = await runnableAt(join(vendor, target, "bin", "codex"));
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
