import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserError } from "../core/errors.ts";
import { configBytes } from "../core/template.ts";
import type { TemplateListing, TemplateProblem } from "../core/template.ts";
import { readRepositoryConfig } from "./repository-config.ts";
import { readTemplateDirectory } from "./template-directory.ts";
import { createTemplateSet } from "./template-set.ts";

export type Checked = { checked: string[]; problems: TemplateProblem[] };

/** What is wrong with the templates of a directory of the hub. */
export async function checkHubTemplates(directory: string): Promise<Checked> {
  return checkTemplates(directory, { owner: "the hub", directory: basename(directory) });
}

/** What is wrong in the `.thopter` of a repository: its templates and its configuration. */
export async function checkRepositoryFiles(directory: string): Promise<Checked> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new UserError(
      `Cannot check "${directory}": there is no such directory. Name the .thopter of a repository.`,
    );
  }
  const name = basename(directory);
  const templates = await checkTemplates(join(directory, "templates"), {
    owner: "the repository",
    directory: `${name}/templates`,
  });
  const config = await checkConfig(join(directory, "config.yml"), `${name}/config.yml`);
  return {
    checked: [...config.checked, ...templates.checked],
    problems: [...config.problems, ...templates.problems],
  };
}

async function checkTemplates(
  path: string,
  place: { owner: string; directory: string },
): Promise<Checked> {
  const { files, problems } = await readTemplateDirectory(path, place.directory);
  const listing: TemplateListing = createTemplateSet(files, place).listing();
  const read = files.map(({ name }) => `${place.directory}/${name}.md`);
  const unread = problems.map(({ file }) => file);
  return { checked: [...read, ...unread], problems: [...problems, ...listing.problems] };
}

async function checkConfig(path: string, file: string): Promise<Checked> {
  const text = await readPlainFile(path);
  if (text === undefined) return { checked: [], problems: [] };
  if (typeof text !== "string")
    return { checked: [file], problems: [{ file, line: 1, message: text.trouble }] };
  const read = readRepositoryConfig(text);
  const problems = "config" in read ? [] : read.problems.map((one) => ({ ...one, file }));
  return { checked: [file], problems };
}

/** Its text, or why it cannot be read; undefined when there is none. */
async function readPlainFile(path: string): Promise<string | { trouble: string } | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    // Of all that can be in the way, a file that is not there is no trouble.
    .catch((error: NodeJS.ErrnoException) => error);
  if (file instanceof Error)
    return file.code === "ENOENT" ? undefined : { trouble: "it is no plain file that can be read" };
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return { trouble: "it is no plain file that can be read" };
    if (facts.size > configBytes) return { trouble: "it is larger than 16 KB" };
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}
