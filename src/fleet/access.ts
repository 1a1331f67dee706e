import { ProviderError, UserError } from "../core/errors.ts";
import type { Agent, AgentSession } from "../core/ports/agent.ts";
import { thopterCan } from "../core/thopter.ts";
import type { Thopter } from "../core/thopter.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import type { FleetPorts } from "./ports.ts";

/** What a machine says of a failure is shown up to this length. */
const longestWords = 1000;

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

export type BoundedText = { text: string; truncated: boolean };

/**
 * Untrusted text as it may leave the hub, bounded to its end unless told otherwise. Secrets go
 * after the signs that could break them up, and before a cut could leave half of one.
 */
export function boundedText(
  { redact }: Pick<FleetPorts, "redact">,
  text: string,
  limits: { maxLength: number; keep?: "start" | "end" },
): BoundedText {
  const clean = redact(untrustedText(text, { maxLength: text.length + 1 }));
  return {
    text: untrustedText(clean, { keep: "end", ...limits }),
    truncated: clean.length > limits.maxLength,
  };
}

/** Opens a thopter's machine for a caller who waits: what goes wrong there is told in words. */
export async function reach<T>(
  { sessions, redact, report }: Pick<FleetPorts, "sessions" | "redact" | "report">,
  { thopter, signal }: { thopter: Thopter; signal: AbortSignal },
  work: (session: AgentSession) => Promise<T>,
): Promise<T> {
  try {
    return await sessions.use(thopter, signal, work);
  } catch (error) {
    if (error instanceof UserError) throw withoutSecrets(error, redact);
    if (!(error instanceof ProviderError)) throw error;
    report(error, `reaching ${thopter.name}`);
    const words = redact(untrustedText(error.message, { maxLength: longestWords }));
    throw new UserError(words, { code: "unavailable", cause: error });
  }
}

/** A refusal may quote what an agent asks. */
function withoutSecrets(error: UserError, redact: (text: string) => string): UserError {
  const words = redact(error.message);
  const { code } = error;
  return words === error.message ? error : new UserError(words, { code, cause: error });
}
