import type { Operation } from "../core/operation.ts";
import type { Thopter } from "../core/thopter.ts";
import { gitAccess, isLocalRepository, mayPush } from "./git-access.ts";
import { withDeadline } from "./deadline.ts";
import type { StepLimits, StepPorts } from "./ports.ts";
import { providerOf } from "./provider-of.ts";
import { cloneOf } from "./session.ts";
import { reasonOf } from "./words.ts";

type Ports = Pick<
  StepPorts,
  "clock" | "providers" | "git" | "sessions" | "gitToken" | "allowsLocal"
>;

/** What came of a push: the branch, or why there is none. */
export type Pushed = { branch: string } | { refusal: string };

/** Pushes what is checked out to a branch of its own, where that has any prospect. */
export async function pushRescue(
  { ports, limits }: { ports: Ports; limits: Pick<StepLimits, "pushMs"> },
  { thopter, operation }: { thopter: Thopter; operation: Operation },
  signal: AbortSignal,
): Promise<Pushed> {
  const branch = `thopter/rescue/${thopter.name}-${timestamp(operation.createdAt)}`;
  const limit = { clock: ports.clock, timeoutMs: limits.pushMs, signal };
  try {
    const access = await gitAccess(ports, thopter);
    const provider = providerOf(ports.providers, thopter);
    if (provider.bringRepository !== undefined && isLocalRepository(thopter)) {
      return { refusal: "what it was cloned from is a copy that goes with the machine" };
    }
    if (!mayPush(thopter.repository, access)) return { refusal: "there is no token for a push" };
    await withDeadline(limit, (deadline) =>
      ports.sessions.use(thopter, deadline, async (session) =>
        ports.git.pushRescue(cloneOf(session, thopter), { branch, access }, deadline),
      ),
    );
    return { branch };
  } catch (error) {
    signal.throwIfAborted();
    return { refusal: reasonOf(error) };
  }
}

/** "20250102T030405Z". */
function timestamp(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}
