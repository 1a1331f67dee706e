import type { Fleet } from "../../src/core/ports/fleet.ts";
import type { IdentityFleet } from "../../src/core/ports/identities.ts";
import type { LoginFleet } from "../../src/core/ports/logins.ts";
import type { RepositoryFleet } from "../../src/core/ports/repositories.ts";
import type { TemplateFleet } from "../../src/core/ports/templates.ts";
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

const noRepositories: RepositoryFleet = {
  listRepositories: notHere,
  showRepository: notHere,
  setRepositoryVariables: notHere,
  trustRepository: notHere,
  deleteRepository: notHere,
};

const noIdentities: IdentityFleet = {
  listIdentities: notHere,
  getIdentity: notHere,
  uploadHome: notHere,
  createIdentity: notHere,
  deleteIdentity: notHere,
  setDefaultIdentity: notHere,
  checkIdentity: notHere,
};

const unnamed: Pick<Fleet, "renameThopter" | "labelThopter"> = {
  renameThopter: notHere,
  labelThopter: notHere,
};

/** What no MCP tool asks for. */
export const notAskedFor = {
  ...noTerminals,
  ...noTemplates,
  ...noLogins,
  ...noRepositories,
  ...noIdentities,
  ...unnamed,
};
