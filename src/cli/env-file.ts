import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, realpath, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { changeEnvText } from "./env-text.ts";

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
      await replace(path, changeEnvText(await textOf(path), changes));
    },
  };
}

/** Nobody ever reads half of it, and nobody but its owner reads any of it. */
async function replace(path: string, text: string): Promise<void> {
  const target = await realPathOf(path);
  const made = join(dirname(target), `.env-${randomBytes(6).toString("hex")}`);
  try {
    const file = await open(made, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(made, target);
  } finally {
    await rm(made, { force: true });
  }
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
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return otherwise;
    throw error;
  }
}
