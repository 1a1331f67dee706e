import { UserError } from "../core/errors.ts";
import type { Agent } from "../core/ports/agent.ts";
import { thopterCan } from "../core/thopter.ts";
import type { Thopter } from "../core/thopter.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import type { FleetPorts } from "./ports.ts";

/** The agent that runs in a thopter. Throws UserError when this hub does not know it. */
export function agentOf({ agents }: Pick<FleetPorts, "agents">, thopter: Thopter): Agent {
  const agent = agents[thopter.agent];
  if (agent !== undefined) return agent;
  throw new UserError(
    `Cannot talk to "${thopter.name}": this hub does not know its agent "${thopter.agent}".`,
    { code: "unavailable" },
  );
}

/** Refuses what needs a machine while there is none. Throws UserError. */
export function mustHaveMachine(thopter: Thopter, action: string): void {
  if (thopterCan.read(thopter)) return;
  throw new UserError(
    `Cannot ${action} "${thopter.name}": it has no machine now (it is ${thopter.status}). wait_for_thopters waits until it is ready.`,
    { code: "conflict" },
  );
}

export function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Untrusted text, bounded to its end: that is what matters of screens and logs. */
export function boundedEnd(text: string, maxLength: number): { text: string; truncated: boolean } {
  return {
    text: untrustedText(text, { maxLength, keep: "end" }),
    truncated: text.length > maxLength,
  };
}
