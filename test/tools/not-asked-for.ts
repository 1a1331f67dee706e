import type { Fleet } from "../../src/core/ports/fleet.ts";
import type { LoginFleet } from "../../src/core/ports/logins.ts";
import type { TemplateFleet } from "../../src/core/ports/templates.ts";
import type { RepositoryFleet } from "../../src/core/ports/repositories.ts";
import type { TerminalFleet } from "../../src/core/ports/terminal.ts";

const notHere = (): Promise<never> => Promise.reject(new Error("No tool asks for this"));

const noTerminals: TerminalFleet = {
  attach: notHere,
  lookAtTerminal: notHere,
  typeIntoTerminal: notHere,
  detach: notHere,
};

const noTemplates: TemplateFleet = {
  listTemplates: notHere,
  getTemplate: notHere,
  renderTemplate: notHere,
};

const noLogins: LoginFleet = {
  lookAtLogin: notHere,
  approveLogin: notHere,
  denyLogin: notHere,
};

const unnamed: Pick<Fleet, "renameThopter" | "labelThopter"> = {
  renameThopter: notHere,
  labelThopter: notHere,
};

const noRepositories: RepositoryFleet = {
  listRepositories: notHere,
  showRepository: notHere,
  setRepositoryVariables: notHere,
  trustRepository: notHere,
  deleteRepository: notHere,
};

/** What no MCP tool asks for: a terminal, a template, a login, what is kept for a repository, another name. */
export const notAskedFor = {
  ...noTerminals,
  ...noTemplates,
  ...noLogins,
  ...noRepositories,
  ...unnamed,
};
