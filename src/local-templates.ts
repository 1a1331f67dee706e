import { join } from "node:path";
import type { LocalTemplates } from "./cli/commands/template.ts";
import { messageOf, UserError } from "./core/errors.ts";
import { repositoryTemplates } from "./core/template.ts";
import { createLocalShell } from "./shell/local.ts";
import { readRepositoryTemplates } from "./steps/repository-templates.ts";
import { checkHubTemplates, checkRepositoryFiles } from "./templates/check-directory.ts";
import { createTemplateSet } from "./templates/template-set.ts";

/** Templates of this machine, read as the hub and its steps read them. */
export function createLocalTemplates(dataDirectory: string): LocalTemplates {
  return {
    async ofRepository(path, signal) {
      const env = { PATH: "/usr/local/bin:/usr/bin:/bin" };
      const shell = createLocalShell({ env, cwd: "/" });
      try {
        const session = { shell, repositoryPath: path };
        const files = await readRepositoryTemplates({ session, baseCommit: "HEAD", signal });
        const place = { owner: "the repository", directory: repositoryTemplates };
        return createTemplateSet(files, place).listing();
      } catch (cause) {
        signal.throwIfAborted();
        if (cause instanceof UserError) throw cause;
        const why = messageOf(cause);
        throw new UserError(`Cannot list the templates of "${path}": ${why}`, { cause });
      } finally {
        await shell.close();
      }
    },
    check: (directory) =>
      directory === undefined
        ? checkHubTemplates(join(dataDirectory, "templates"))
        : checkRepositoryFiles(directory),
  };
}
