import { UserError } from "../core/errors.ts";
import type { CloneRequest } from "../core/ports/git.ts";
import type { Step } from "../core/ports/step.ts";
import type { Thopter } from "../core/thopter.ts";
import { gitAccess, localRepositoryOf } from "./git-access.ts";
import type { StepPorts } from "./ports.ts";
import type { MachineSession } from "./session.ts";
import { cloneOf, ownDirectoryOf } from "./session.ts";

type Ports = Pick<StepPorts, "git" | "sessions" | "gitToken" | "allowsLocal" | "rescueBundle">;

/** Clones the repository and makes the branch, from a rescue where the thopter restores one. */
export function createCloneStep(ports: Ports): Step {
  return {
    name: "clone",
    kind: "provision",
    lane: "provision",
    after: ["wait-for-shell"],
    timeoutMs: 45 * 60_000,
    async run({ thopter, signal, progress }) {
      const record = thopter();
      const access = await gitAccess(ports, record);
      return ports.sessions.use(record, signal, async (session) => {
        const { base, branch } = record;
        const repository = await bringRepository(ports, { record, session, progress }, signal);
        const request: CloneRequest = { repository, branch, access };
        if (base !== undefined) request.base = base;
        const bundlePath = await putBundle(ports, { record, session, progress }, signal);
        if (bundlePath !== undefined) request.bundlePath = bundlePath;
        progress("cloning the repository");
        const made = await ports.git.clone(cloneOf(session, record), request, signal);
        const from = bundlePath === undefined ? made.base : `${made.base} with the rescued work`;
        return { note: `from ${from} at ${made.baseCommit.slice(0, 10)}`, thopter: made };
      });
    },
  };
}

type Destination = {
  record: Thopter;
  session: MachineSession;
  progress: (text: string) => void;
};

/** What to clone: a repository of the hub's machine is copied where the thopter cannot read it. */
async function bringRepository(
  ports: Pick<StepPorts, "allowsLocal">,
  { record, session, progress }: Destination,
  signal: AbortSignal,
): Promise<string> {
  const path = localRepositoryOf(ports, record);
  const { provider, shell, places } = session;
  if (path === undefined || provider.bringRepository === undefined) return record.repository;
  progress("copying the repository to the machine");
  const directory = `${ownDirectoryOf(places)}/origin.git`;
  await provider.bringRepository({ path, shell, directory }, signal);
  return directory;
}

async function putBundle(
  ports: Pick<StepPorts, "rescueBundle">,
  to: Destination,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { record, session } = to;
  if (record.restoreFrom === undefined) return undefined;
  const local = await ports.rescueBundle(record.restoreFrom);
  if (local === undefined) {
    throw new UserError(
      `Cannot restore "${record.name}": the bundle of rescue "${record.restoreFrom}" is no longer there. Choose another rescue.`,
      { code: "not_found" },
    );
  }
  to.progress("copying the rescued work");
  const directory = `${ownDirectoryOf(session.places)}/restore`;
  await session.shell.put(local, directory, { timeoutMs: 10 * 60_000, signal });
  return `${directory}/${local.split("/").at(-1) ?? ""}`;
}
