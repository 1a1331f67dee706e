import type { Caller } from "../core/actor.ts";
import { ProviderError, UserError } from "../core/errors.ts";
import { leftOutOf } from "../core/home-exclusions.ts";
import type { HomeChoice } from "../core/home-exclusions.ts";
import { homeLimits } from "../core/identity.ts";
import { requireOwn } from "../core/permission.ts";
import type { AgentSession } from "../core/ports/agent.ts";
import type { UploadedHome } from "../core/ports/identities.ts";
import { isSettled } from "../core/thopter.ts";
import type { Thopter } from "../core/thopter.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { agentOf, decode, mustHaveMachine, reach } from "./access.ts";
import type { Directory } from "./directory.ts";
import type { FleetPorts } from "./ports.ts";

const packMs = 2 * 60_000;

/** Left out on the machine already, where they would make the archive large. */
const large = ["node_modules", "__pycache__"];
const largeAtTop = [".cache", ".npm", ".thopter", ".claude/projects", ".cargo/registry"];

export type IdentityCapture = (
  caller: Caller,
  request: HomeChoice & { thopter: string },
) => Promise<UploadedHome & { thopterName: string }>;

/** Captures the home of a thopter whose agent does not work: before and after the copy it is asked. */
export function createIdentityCapture(ports: FleetPorts, directory: Directory): IdentityCapture {
  async function mustRest(thopter: Thopter, session: AgentSession, signal: AbortSignal) {
    const agentState = await agentOf(ports, thopter).state(session, signal);
    if (isSettled({ status: thopter.status, agentState })) return;
    throw new UserError(
      `Cannot capture "${thopter.name}": its agent is ${agentState.status}, and a home in use is never copied. Wait until it settles: thopter wait ${thopter.name} --until settled`,
      { code: "conflict" },
    );
  }

  async function pack(
    session: AgentSession,
    exclude: readonly string[],
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { shell, places, repositoryPath } = session;
    const clone = repositoryPath.split("/").at(-1) ?? "";
    // Without signs that stand for others: tar and the hub do not read those alike.
    const plain = exclude.filter((path) => /^[\w@%+=:,./-]+$/.test(path) && path.includes("/"));
    const atTop = [clone, ...largeAtTop, ...plain].map((path) => `--exclude=./${path}`);
    const names = large.map((name) => `--exclude=${name}`);
    const argv = ["tar", "-cz", ...atTop, ...names, "-f", "-", "-C", places.home, "."];
    const result = await shell.run(argv, {
      timeoutMs: packMs,
      maxOutputBytes: homeLimits.packedBytes,
      signal,
    });
    if (result.exitCode === 0) return result.stdout;
    const said = untrustedText(decode(result.stderr), { maxLength: 500 }).trim();
    throw new ProviderError("Cannot pack the home: tar could not read all of it", {
      kind: "permanent",
      cause: new Error(said),
    });
  }

  return async (caller, { thopter: nameOrId, ...choice }) => {
    const thopter = await directory.find(nameOrId);
    requireOwn(caller, thopter, "capture the home of");
    mustHaveMachine(thopter, "capture the home of");
    const limited = AbortSignal.timeout(packMs);
    const { archive, clone } = await reach(ports, { thopter, signal: limited }, async (session) => {
      await mustRest(thopter, session, limited);
      const packed = await pack(session, choice.exclude ?? [], limited);
      await mustRest(thopter, session, limited);
      return { archive: packed, clone: session.repositoryPath.split("/").at(-1) ?? "" };
    });
    const own = [clone, ...contextNamesOf(thopter)].map((name) => `./${name}/`);
    const leftOut = leftOutOf({ ...choice, exclude: [...(choice.exclude ?? []), ...own] });
    const staged = await ports.identities.stage(archive, leftOut);
    return { ...staged, thopterName: thopter.name };
  };
}

/** The directories of the home with what the hub read for the task. */
function contextNamesOf({ contextFiles = [] }: Thopter): string[] {
  return [...new Set(contextFiles.flatMap((path) => path.split("/").at(-2) ?? []))];
}
