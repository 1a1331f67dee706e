import { readFile } from "node:fs/promises";
import { isMissing, systemCodeOf } from "../core/system-error.ts";

/** The text of a file; undefined where there is none. */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    // ENOTDIR: a part of the path is a file, so there is none either.
    if (isMissing(error) || systemCodeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}
