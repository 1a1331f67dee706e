import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { parseJson } from "./hub-answer.ts";
import { readOptional } from "./read-optional.ts";
import { replaceFile } from "./replace-file.ts";

const schema = z.object({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1),
  tokenId: z.string().min(1),
});

/** The remote hub that this machine is linked to, and the token of the person it acts for there. */
export type SavedLogin = z.output<typeof schema>;

const pathIn = (dataDirectory: string): string => join(dataDirectory, "login.json");

/** Undefined where there is none. Throws UserError for a file that holds something else. */
export async function readLogin(dataDirectory: string): Promise<SavedLogin | undefined> {
  const path = pathIn(dataDirectory);
  const text = await readOptional(path);
  if (text === undefined) return undefined;
  const read = schema.safeParse(parseJson(text));
  if (read.success) return read.data;
  throw new UserError(
    `Cannot use "${path}": it holds no login. "thopter logout" removes it, "thopter login <url>" makes a new one.`,
  );
}

/** The same for who is about to replace or remove it: a file that holds something else counts as none. */
export async function readFormerLogin(dataDirectory: string): Promise<SavedLogin | undefined> {
  try {
    return await readLogin(dataDirectory);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

export async function writeLogin(dataDirectory: string, login: SavedLogin): Promise<void> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  await replaceFile(pathIn(dataDirectory), `${JSON.stringify(login)}\n`);
}

export async function removeLogin(dataDirectory: string): Promise<void> {
  await rm(pathIn(dataDirectory), { force: true });
}
