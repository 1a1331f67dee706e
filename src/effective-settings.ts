import { join } from "node:path";
import type { EffectiveSettings, SettingView } from "./cli/commands/config.ts";
import { decideAgent } from "./machinery/agent-choice.ts";
import {
  connectionSettings,
  readConfig,
  readConnection,
  readIncompleteConfig,
  readSources,
} from "./config.ts";
import { secretSettings, settings } from "./config/settings.ts";
import { UserError } from "./core/errors.ts";
import { createRedactor } from "./core/redact.ts";

const hidden = "[hidden]";

/** Every setting with its value as one writes it, where that comes from, and what does not fit. No secret is in it. */
export async function effectiveSettings(
  environment?: Readonly<Record<string, string | undefined>>,
): Promise<EffectiveSettings> {
  const { present, file, dataDirectory } = readSources(environment);
  const secrets: readonly string[] = [...secretSettings, "THOPTER_TOKEN"];
  const redact = createRedactor(
    secrets.flatMap((name) => [present[name] ?? [], file[name] ?? []]).flat(),
  );
  const { THOPTER_DATA_DIR: _directory, ...connecting } = connectionSettings.shape;

  /** What the file says of the directory it lies in, and of the command line, is not read. */
  function isInFile(name: string): boolean {
    return file[name] !== undefined && name in settings.shape && name !== "THOPTER_DATA_DIR";
  }

  function found(name: string, schema: unknown): Pick<SettingView, "source"> & { text?: string } {
    if (present[name] !== undefined) return { source: "environment", text: present[name] };
    if (isInFile(name)) return { source: "env file", text: file[name] ?? "" };
    const text = name === "THOPTER_DATA_DIR" ? dataDirectory : defaultOf(schema);
    return text === undefined ? { source: "not set" } : { source: "default", text };
  }

  const views = Object.entries({ ...settings.shape, ...connecting }).map(([name, schema]) => {
    const { source, text } = found(name, schema);
    const about = schema.description ?? "";
    if (text === undefined) return { name, source, about };
    return { name, value: secrets.includes(name) ? hidden : redact(text), source, about };
  });
  const problems = problemsOf(environment).map(redact);
  const chosen = await chooseAgent(environment);
  const shown = views.map((view) =>
    view.name === "THOPTER_AGENT" ? { ...view, ...chosen } : view,
  );
  return { file: join(dataDirectory, "env"), settings: shown, problems };
}

/** The agent that a hub would choose by itself, and why; nothing where it is set, or nothing fits. */
async function chooseAgent(
  environment: Parameters<typeof readConfig>[0],
): Promise<Partial<SettingView>> {
  const config = readIncompleteConfig(environment);
  if (config === undefined || config.THOPTER_AGENT !== undefined) return {};
  const { agent, why } = await decideAgent(config);
  return { value: agent, source: "chosen", about: `what runs in a thopter; ${agent}, for ${why}` };
}

/** The default of a setting as one would write it; undefined where there is none. */
function defaultOf(schema: unknown): string | undefined {
  // Every schema of zod has it; which fields it has depends on its kind.
  const { def } = schema as { def: { defaultValue?: unknown; in?: unknown; innerType?: unknown } };
  if (def.defaultValue !== undefined) return String(def.defaultValue);
  const inner = def.in ?? def.innerType;
  return inner === undefined ? undefined : defaultOf(inner);
}

/** What would stop a hub or a command from starting, in words. */
function problemsOf(environment: Parameters<typeof readConfig>[0]): string[] {
  const words = [readConfig, readConnection].flatMap((read) => {
    try {
      read(environment);
      return [];
    } catch (error) {
      if (error instanceof UserError) return error.message.split("\n").slice(1);
      throw error;
    }
  });
  return [...new Set(words.map((line) => line.trim()))];
}
