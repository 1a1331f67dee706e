import type { Templates } from "../core/ports/templates.ts";
import { longestInstructions, repositoryPrefix, repositoryTemplates } from "../core/template.ts";
import type { TemplateProblem } from "../core/template.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { parseRepositoryConfig } from "./repository-config.ts";
import { readTemplateDirectory } from "./template-directory.ts";
import { createTemplateSet } from "./template-set.ts";
import type { TemplateSet } from "./template-set.ts";

const hubPlace = { owner: "the hub", directory: "templates" };
const repositoryPlace = { owner: "the repository", directory: repositoryTemplates };

/** The templates of a directory of the hub, read anew for each use: whoever edits them restarts nothing. */
export function createTemplates({ directory }: { directory: string }): Templates {
  async function readSet(): Promise<TemplateSet & { unread: TemplateProblem[] }> {
    const { files, problems } = await readTemplateDirectory(directory, hubPlace.directory);
    return { ...createTemplateSet(files, hubPlace), unread: problems };
  }

  return {
    async list() {
      const set = await readSet();
      const { templates, problems } = set.listing();
      return { templates, problems: [...set.unread, ...problems] };
    },
    get: async (name) => (await readSet()).get(name),
    render: async (choice, facts) => (await readSet()).render(choice, facts),
    renderFrom(files, choice, facts) {
      const name = choice.name.startsWith(repositoryPrefix)
        ? choice.name.slice(repositoryPrefix.length)
        : choice.name;
      const text = createTemplateSet(files, repositoryPlace).render({ ...choice, name }, facts);
      // Whoever reads what an agent was told sees all of it.
      return untrustedText(text, { maxLength: longestInstructions });
    },
    parseConfig: parseRepositoryConfig,
  };
}
