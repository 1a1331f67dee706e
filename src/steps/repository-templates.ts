import { UserError } from "../core/errors.ts";
import { isTemplateName, repositoryTemplates, templateLimits } from "../core/template.ts";
import type { TemplateFile } from "../core/template.ts";
import { createBaseReader, isPlainFile } from "./base-commit.ts";
import type { Entry, Source } from "./base-commit.ts";
import { reasonOf } from "./words.ts";

const extension = ".md";

/** All templates of a repository as its base commit has them. Throws UserError for what cannot be one. */
export async function readRepositoryTemplates(source: Source): Promise<TemplateFile[]> {
  const reader = createBaseReader(source, {
    what: `the templates in "${repositoryTemplates}"`,
    maxBytes: 2 * templateLimits.bytes,
  });
  const entries = await reader.list(repositoryTemplates, { deep: true });
  const found = entries.filter(
    ({ path }) => path.endsWith(extension) || path === repositoryTemplates,
  );
  const templates = found.map((entry) => ({ entry, name: nameOf(entry) }));
  checkTotal(found);
  const blobs = await reader.blobs(found.map(({ id }) => id));
  return templates.map(({ entry, name }, index) => ({
    name,
    text: decode(blobs[index] ?? new Uint8Array(), entry),
  }));
}

function nameOf(entry: Entry): string {
  if (!isPlainFile(entry)) throw refused(entry.path, "it is no plain file");
  if (!(entry.size <= templateLimits.fileBytes))
    throw refused(entry.path, "it is larger than 64 KB");
  const name = entry.path.slice(repositoryTemplates.length + 1, -extension.length);
  if (isTemplateName(name)) return name;
  throw refused(entry.path, 'its name is not of small letters, digits, "-" and "_"');
}

function checkTotal(entries: readonly Entry[]): void {
  const { files, bytes } = templateLimits;
  if (entries.length > files)
    throw refused(repositoryTemplates, `it has ${entries.length} templates; ${files} are the most`);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > bytes)
    throw refused(repositoryTemplates, `its templates have ${total} bytes; 512 KB are the most`);
}

function decode(bytes: Uint8Array, { path }: Entry): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused(path, "it is not UTF-8");
  }
}

function refused(path: string, reason: string): UserError {
  return new UserError(
    `Cannot use "${reasonOf(path)}" of the repository: ${reason}. Mend it on the base branch, then provision again.`,
  );
}
