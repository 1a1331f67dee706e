import type { Unsaved } from "../core/plan.ts";
import type { Thopter } from "../core/thopter.ts";
import { findMachine } from "./machine.ts";
import type { StepPorts } from "./ports.ts";
import { cloneOf } from "./session.ts";

type Ports = Pick<StepPorts, "hub" | "providers" | "sessions" | "git">;

/** What would be lost with a thopter now, without starting anything; unknown where it does not answer. */
export async function unsavedWork(
  ports: Ports,
  thopter: Thopter,
  signal: AbortSignal,
): Promise<Unsaved> {
  const nothing: Unsaved = { state: "no", commits: 0, files: 0 };
  // No agent is launched before the clone is on record.
  if (thopter.baseCommit === undefined) return nothing;
  try {
    if ((await findMachine(ports, thopter, signal)) === undefined) return nothing;
    return await ports.sessions.use(thopter, signal, async (session) =>
      ports.git.unsaved(cloneOf(session, thopter), signal),
    );
  } catch {
    signal.throwIfAborted();
    return { state: "unknown", commits: 0, files: 0 };
  }
}
