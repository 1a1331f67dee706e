import { ProviderError } from "../core/errors.ts";
import type { ChosenIdentity } from "../core/identity.ts";
import type { Step } from "../core/ports/step.ts";
import type { Thopter } from "../core/thopter.ts";
import { contextDirectoriesOf } from "./fetch-context.ts";
import type { StepPorts } from "./ports.ts";
import type { MachineSession } from "./session.ts";
import { ownDirectoryOf, taskFileOf } from "./session.ts";
import { reasonOf } from "./words.ts";

const unpackMs = 2 * 60_000;

// Files and links are replaced, never written through. The mark is the last, so that a home that was
// unpacked in part is unpacked again.
const unpack = `set -eu
umask 077
mkdir -p -- "$2"
if [ "$(cat -- "$2/identity" 2> /dev/null || true)" = "$3" ]; then cat > /dev/null; exit 0; fi
tar -xpozf - -C "$1"
printf '%s\\n' "$3" > "$2/identity.new"
mv -f -- "$2/identity.new" "$2/identity"`;

/** Unpacks the home of the chosen identity, after whatever the repository's setup script did. */
export function createInstallIdentityStep(ports: Pick<StepPorts, "sessions" | "identities">): Step {
  return {
    name: "install-identity",
    kind: "provision",
    lane: "setup",
    after: ["run-setup-script"],
    timeoutMs: unpackMs + 60_000,
    async run({ thopter, signal, progress }) {
      const record = thopter();
      const { identity } = record;
      if (identity === undefined) return { skipped: true, note: "no identity was chosen" };
      progress(`installing the identity ${identity.name}`);
      await ports.sessions.use(record, signal, (session) =>
        install({ ports, session, identity, record }, signal),
      );
      return { note: identity.name };
    },
  };
}

async function install(
  {
    ports,
    session,
    identity,
    record,
  }: {
    ports: Pick<StepPorts, "identities">;
    session: MachineSession;
    identity: ChosenIdentity;
    record: Thopter;
  },
  signal: AbortSignal,
): Promise<void> {
  const { shell, places, repositoryPath } = session;
  const own = ownDirectoryOf(places);
  // What the hub wrote there itself stays as it is.
  const context = contextDirectoriesOf(record);
  const without = [own, taskFileOf(places), repositoryPath, ...context].map((path) => nameOf(path));
  const archive = await ports.identities.home(identity, without);
  if (archive === undefined) return;
  const argv = ["sh", "-c", unpack, "sh", places.home, own, identity.digest ?? ""];
  const result = await shell.run(argv, { stdin: archive, timeoutMs: unpackMs, signal });
  if (result.exitCode === 0) return;
  const words = reasonOf(new TextDecoder().decode(result.stderr));
  throw new ProviderError(`Cannot install the identity "${identity.name}": ${words}`, {
    kind: "permanent",
  });
}

/** What a path is called in the home. */
function nameOf(path: string): string {
  return path.split("/").at(-1) ?? "";
}
