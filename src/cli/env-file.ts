import { mkdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { isMissing } from "../core/system-error.ts";
import { changeEnvText } from "./env-text.ts";
import { replaceFile } from "./replace-file.ts";

/** The settings in a data directory that the hub reads when it starts. */
export type EnvFile = {
  path: string;
  read(): Promise<Readonly<Record<string, string | undefined>>>;
  /**
   * Sets these and takes out those that are undefined; every other line stays as it is. Throws
   * UserError for a value that no env file can hold, and then changes nothing.
   */
  write(changes: Readonly<Record<string, string | undefined>>): Promise<void>;
};

export function openEnvFile(dataDirectory: string): EnvFile {
  const path = join(dataDirectory, "env");
  return {
    path,
    read: async () => parseEnv(await textOf(path)),
    async write(changes) {
      await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
      await replaceFile(await realPathOf(path), changeEnvText(await textOf(path), changes));
    },
  };
}

/** Where a link that somebody made leads to. */
async function realPathOf(path: string): Promise<string> {
  return ifThere(realpath(path), path);
}

async function textOf(path: string): Promise<string> {
  return ifThere(readFile(path, "utf8"), "");
}

async function ifThere<T>(found: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await found;
  } catch (error) {
    if (isMissing(error)) return otherwise;
    throw error;
  }
}
