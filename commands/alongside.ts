import type { Alongside } from "../src/core/ports/alongside.ts";
import type { Ask } from "./ask.ts";
import type { CommandPorts } from "./command-ports.ts";

/** For the commit that accepts what someone asks for: its card, and that it was carried out. */
export function withCard({ cards }: Pick<CommandPorts, "cards">, ask: Ask): Alongside {
  return (accepted) => [...cards.record(ask, accepted), ...ask.carriedOut()];
}
