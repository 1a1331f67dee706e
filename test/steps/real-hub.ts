import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Thopter } from "../../src/core/thopter.ts";
import type { Provider } from "../../src/core/ports/provider.ts";
import { createCommandAgent } from "../../src/agents/command.ts";
import { uncontained } from "../../src/providers/local/isolation.ts";
import type { LocalIsolation } from "../../src/providers/local/isolation.ts";
import { createLocalProvider } from "../../src/providers/local/local-provider.ts";
import { createGit } from "../../src/shell/git.ts";
import type { StepLimits, StepPorts } from "../../src/steps/ports.ts";
import { createSessions } from "../../src/steps/session.ts";
import { createSteps } from "../../src/steps/steps.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createTemplates } from "../../src/templates/templates.ts";
import { commit, git } from "../shell/git-fixture.ts";
import { noIdentities } from "../no-identities.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import type { Hub } from "./hub.ts";
import { startHub } from "./hub.ts";
import { createSystemClock } from "../../src/system-clock.ts";

const systemClock = createSystemClock();

const hubId = "hub-1";
const never = new AbortController().signal;

/** An agent that shows what it was given, works a little, and stays. */
const agentCommand = `echo "$THOPTER_NAME on $THOPTER_BRANCH: $(cat "$THOPTER_TASK_FILE")" > agent-was-here
exec sleep 1000`;

export type RealHub = Hub & {
  root: string;
  /** A bare repository with one commit on main, and a working copy of it. */
  remote: string;
  seed: string;
  provider: Provider;
  homeOf(thopter: Thopter): string;
  cloneOf(thopter: Thopter): string;
  machines(): Promise<number>;
};

/** All that a hub runs on: local machines, tmux, git and files. */
export async function startRealHub(
  options: {
    files?: Record<string, string>;
    ports?: Partial<StepPorts>;
    limits?: Partial<StepLimits>;
    command?: string;
    isolation?: LocalIsolation;
  } = {},
): Promise<RealHub> {
  const root = temporaryDirectory();
  const { remote, seed } = makeRepository(root, options.files ?? {});
  const directory = join(root, "machines");
  mkdirSync(directory, { mode: 0o700 });
  const isolation = options.isolation ?? uncontained("a test asks for none");
  const provider = createLocalProvider({ directory, isolation, clock: systemClock });
  onTestFinished(async () => destroyAll(provider));
  const providers = { local: provider };
  const agent = createCommandAgent({
    ...{ command: options.command ?? agentCommand, clock: systemClock, idleAfterMs: 60_000 },
    verifyMs: 50,
  });
  const ports: StepPorts = {
    ...{ hub: hubId, clock: systemClock, providers, agents: { command: agent } },
    ...{ git: createGit(), sessions: createSessions({ providers }) },
    templates: createTemplates({ directory: join(root, "templates") }),
    ownerName: (id) => Promise.resolve(`${id} of the tests`),
    identities: noIdentities,
    gitToken: () => Promise.resolve(undefined),
    allowsLocal: () => false,
    allowsSetup: () => true,
    keptFor: async () => ({ trusted: false, variables: () => ({}) }),
    rescueDirectory: (id) => join(root, "rescues", id),
    rescueBundle: async (id) => {
      const path = join(root, "rescues", id, "rescue.bundle");
      return existsSync(path) ? path : undefined;
    },
    sealFile: async (path) =>
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    ...options.ports,
  };
  const steps = createSteps(ports, { shellPauseMs: 20, gonePauseMs: 20, ...options.limits });
  const hub = await startHub({ store: createMemoryStore(), steps });
  const homeOf = (thopter: Thopter): string => provider.places(thopter.machineId ?? "").home;
  return {
    ...hub,
    ...{ root, remote, seed, provider, homeOf },
    provision: (patch) => hub.provision({ repository: remote, ...patch }),
    cloneOf: (thopter) => join(homeOf(thopter), "gate"),
    machines: async () => (await provider.list(hubId, never)).length,
  };
}

function makeRepository(
  root: string,
  files: Record<string, string>,
): { remote: string; seed: string } {
  const remote = join(root, "gate.git");
  const seed = join(root, "seed");
  for (const path of [remote, seed]) mkdirSync(path);
  git(remote, "init", "--quiet", "--bare", "--initial-branch=main");
  git(seed, "init", "--quiet", "--initial-branch=main");
  git(seed, "remote", "add", "origin", remote);
  commit(seed, { "readme.txt": "gate\n", ...files }, "first");
  git(seed, "push", "--quiet", "origin", "main");
  return { remote, seed };
}

async function destroyAll(provider: Provider): Promise<void> {
  for (const { id } of await provider.list(hubId, never)) await provider.destroy(id, never);
}

export function read(...path: string[]): string {
  return readFileSync(join(...path), "utf8");
}

/** Whether a process on this machine works in the directory. */
export function isBusy(directory: string): boolean {
  const script = `for cwd in /proc/[0-9]*/cwd; do readlink "$cwd"; done 2> /dev/null || true`;
  const found = execFileSync("sh", ["-c", script], { encoding: "utf8" });
  return found.split("\n").some((cwd) => cwd === directory || cwd.startsWith(`${directory}/`));
}
