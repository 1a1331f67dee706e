import type { Fleet } from "../../src/core/ports/fleet.ts";
import type { TerminalFleet } from "../../src/core/ports/terminal.ts";

const notHere = (): Promise<never> => Promise.reject(new Error("No tool asks for this"));

/** No MCP tool asks for a terminal, */
export const noTerminals: TerminalFleet = {
  attach: notHere,
  lookAtTerminal: notHere,
  typeIntoTerminal: notHere,
  detach: notHere,
};

/** nor for another name. */
export const unnamed: Pick<Fleet, "renameThopter" | "labelThopter"> = {
  renameThopter: notHere,
  labelThopter: notHere,
};
