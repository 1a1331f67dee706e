import { ProviderError } from "../core/errors.ts";
import type { AgentSession } from "../core/ports/agent.ts";
import type { Clone } from "../core/ports/git.ts";
import type { MachinePlaces, Provider } from "../core/ports/provider.ts";
import type { Thopter } from "../core/thopter.ts";
import { providerOf } from "./provider-of.ts";

/** A thopter's machine as reached now. */
export type MachineSession = AgentSession & { provider: Provider };

type Reachable = Pick<Thopter, "name" | "provider" | "machineId" | "repository">;

export type Sessions = {
  /** Whoever opens a session closes its shell. Throws ProviderError when there is no machine. */
  open(thopter: Reachable, signal: AbortSignal): Promise<MachineSession>;
  /** Opens a session for one piece of work and closes it afterwards. */
  use<T>(
    thopter: Reachable,
    signal: AbortSignal,
    work: (session: MachineSession) => Promise<T>,
  ): Promise<T>;
};

/** The way from a thopter's record to its machine, for steps and use cases alike. */
export function createSessions({
  providers,
}: {
  providers: Readonly<Record<string, Provider>>;
}): Sessions {
  async function open(thopter: Reachable, signal: AbortSignal): Promise<MachineSession> {
    const provider = providerOf(providers, thopter);
    const { machineId } = thopter;
    if (machineId === undefined) {
      throw new ProviderError(`Cannot reach "${thopter.name}": it has no machine`, {
        kind: "not_found",
      });
    }
    const places = provider.places(machineId);
    const shell = await provider.shell(machineId, signal);
    return { shell, places, repositoryPath: repositoryPathOf(thopter, places), provider };
  }

  return {
    open,
    async use(thopter, signal, work) {
      const session = await open(thopter, signal);
      try {
        return await work(session);
      } finally {
        await session.shell.close();
      }
    },
  };
}

/** The clone of a thopter as Git wants it. */
export function cloneOf(
  session: AgentSession,
  thopter: Pick<Thopter, "repository" | "baseCommit">,
): Clone {
  const { repository, baseCommit } = thopter;
  const scratch = `${ownDirectoryOf(session.places)}/git`;
  const clone: Clone = { shell: session.shell, path: session.repositoryPath, scratch, repository };
  if (baseCommit !== undefined) clone.baseCommit = baseCommit;
  return clone;
}

/** Where the hub keeps files that last as long as the machine, beside the clone. */
export function ownDirectoryOf(places: MachinePlaces): string {
  return `${places.home}/.thopter`;
}

export function taskFileOf(places: MachinePlaces): string {
  return `${places.home}/${taskFileName}`;
}

const taskFileName = "task.md";

function repositoryPathOf(
  { repository }: Pick<Thopter, "repository">,
  places: MachinePlaces,
): string {
  const last = repository
    .replace(/\/+$/, "")
    .replace(/\.git$/, "")
    .split(/[/:]/)
    .at(-1);
  const safe = (last ?? "")
    .replaceAll(/[^\w.-]/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 100);
  return `${places.home}/${safe === "" || safe === taskFileName ? "repository" : safe}`;
}
