import type { Caller } from "../actor.ts";
import type {
  RepositoryConfig,
  TemplateChoice,
  TemplateFacts,
  TemplateFile,
  TemplateListing,
  TemplateSource,
} from "../template.ts";

/** What a provision may say of a template. */
export type TemplateWish = {
  /** One of the hub's templates, "repo:" and one of the repository's, or "none". */
  template?: string | undefined;
  variables?: Readonly<Record<string, string>> | undefined;
};

export type RenderTemplateRequest = {
  name: string;
  task: string;
  variables?: Readonly<Record<string, string>> | undefined;
  repository?: string | undefined;
  base?: string | undefined;
};

/** What a front can ask about the hub's own templates. */
export type TemplateFleet = {
  /** The templates that can be used, and what is wrong with others. */
  listTemplates(caller: Caller): Promise<TemplateListing>;
  getTemplate(caller: Caller, request: { name: string }): Promise<TemplateSource>;
  /** What an agent would be told, with a thopter that does not exist. */
  renderTemplate(caller: Caller, request: RenderTemplateRequest): Promise<{ text: string }>;
};

/** Reads and renders templates. What is wrong with one is a UserError that names its file and line. */
export type Templates = {
  list(): Promise<TemplateListing>;
  get(name: string): Promise<TemplateSource>;
  /** Renders one of the hub's own. */
  render(choice: TemplateChoice, facts: TemplateFacts): Promise<string>;
  /** Renders one of these files of a repository, which can include one another and nothing else. */
  renderFrom(files: readonly TemplateFile[], choice: TemplateChoice, facts: TemplateFacts): string;
  /** Reads the configuration of a repository. */
  parseConfig(text: string): RepositoryConfig;
};
