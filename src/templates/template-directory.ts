import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import { isMissing, systemCodeOf } from "../core/system-error.ts";
import { isTemplateName, templateLimits } from "../core/template.ts";
import type { TemplateFile, TemplateProblem } from "../core/template.ts";

/** What a directory holds: the templates, and what cannot be one. */
export type TemplateFiles = { files: TemplateFile[]; problems: TemplateProblem[] };

const extension = ".md";

/** Reads all templates of a directory at once, folders of one level included; a link is none. */
export async function readTemplateDirectory(
  directory: string,
  shownAs: string,
): Promise<TemplateFiles> {
  const names = await namesIn(directory);
  if (names.length > templateLimits.files) {
    throw new UserError(
      `Cannot use the templates of "${shownAs}": it has ${names.length} files that end in "${extension}"; ${templateLimits.files} are the most.`,
    );
  }
  const read = await Promise.all(names.map((name) => readOne(directory, name)));
  const problems = read.flatMap((one, index) =>
    typeof one === "string"
      ? [{ file: `${shownAs}/${names[index]}${extension}`, line: 1, message: one }]
      : [],
  );
  return { files: read.filter((one) => typeof one !== "string"), problems };
}

/** The names without the extension, folders of one level before theirs. */
async function namesIn(directory: string, depth = 0): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(noneIfMissing);
  const lists = entries.map(async (entry): Promise<string[]> => {
    if (entry.isDirectory()) {
      if (depth > 0) return [];
      const inside = await namesIn(join(directory, entry.name), 1);
      return inside.map((name) => `${entry.name}/${name}`);
    }
    return entry.name.endsWith(extension) ? [entry.name.slice(0, -extension.length)] : [];
  });
  return (await Promise.all(lists)).flat().toSorted();
}

function noneIfMissing(error: unknown): [] {
  if (isMissing(error) || systemCodeOf(error) === "ENOTDIR") return [];
  throw error;
}

/** The template, or why it is none. */
async function readOne(directory: string, name: string): Promise<TemplateFile | string> {
  if (!isTemplateName(name)) return 'its name is not of small letters, digits, "-" and "_"';
  const path = join(directory, `${name}${extension}`);
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    // A link, or a file that may not be read.
    .catch(() => undefined);
  if (file === undefined) return "it is no plain file that can be read";
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return "it is no plain file that can be read";
    if (facts.size > templateLimits.fileBytes) return "it is larger than 64 KB";
    return { name, text: decode(await file.readFile()) };
  } catch (error) {
    if (error instanceof TypeError) return "it is not UTF-8";
    throw error;
  } finally {
    await file.close();
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
