import type { Fleet } from "../../src/core/ports/fleet.ts";
import type { IdentityFleet } from "../../src/core/ports/identities.ts";
import type { LoginFleet } from "../../src/core/ports/logins.ts";
import type { RepositoryFleet } from "../../src/core/ports/repositories.ts";
import type { TerminalFleet } from "../../src/core/ports/terminal.ts";
import { createFakeEquipment } from "./fake-equipment.ts";

const notHere = (): Promise<never> => Promise.reject(new Error("No tool asks for this"));

const noTerminals: TerminalFleet = {
  attach: notHere,
  lookAtTerminal: notHere,
  typeIntoTerminal: notHere,
  detach: notHere,
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

const noIdentities: Omit<IdentityFleet, "listIdentities"> = {
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

/** What no MCP tool asks for; resources and prompts ask for templates and identities. */
export const notAskedFor = {
  ...createFakeEquipment(),
  ...noTerminals,
  ...noLogins,
  ...noRepositories,
  ...noIdentities,
  ...unnamed,
};
