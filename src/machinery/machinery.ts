import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createCommandAgent } from "../agents/command.ts";
import type { Config } from "../config.ts";
import type { Agent } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Git } from "../core/ports/git.ts";
import type { ChosenIdentities } from "../core/ports/identities.ts";
import type { Provider } from "../core/ports/provider.ts";
import type { KeptRepository } from "../core/ports/repositories.ts";
import type { Step } from "../core/ports/step.ts";
import type { Store } from "../core/ports/store.ts";
import type { Templates } from "../core/ports/templates.ts";
import type { Terminals } from "../core/ports/terminal.ts";
import { repositoryKey } from "../core/repository-key.ts";
import { createGitHubContext } from "../github/github-context.ts";
import type { FlyApi } from "../providers/fly/api.ts";
import type { LocalIsolation } from "../providers/local/isolation.ts";
import { createLocalProvider } from "../providers/local/local-provider.ts";
import { readSecretFile } from "../secrets/secret-file.ts";
import { newSecret } from "../secrets/secrets.ts";
import { syncDirectory } from "../shell/durable-files.ts";
import { createGit } from "../shell/git.ts";
import { createTerminals } from "../shell/terminals.ts";
import { createLaunchRequests } from "../steps/launch-request.ts";
import type { LaunchRequests } from "../steps/launch-request.ts";
import { createSessions } from "../steps/session.ts";
import type { Sessions } from "../steps/session.ts";
import { createSteps } from "../steps/steps.ts";
import { createTemplates } from "../templates/templates.ts";
import { refuseWithoutProgram } from "./agent-programs.ts";
import { createConfiguredClaude, findClaude } from "./claude-machinery.ts";
import { createConfiguredCodex, findCodex, type CodexPlace } from "./codex-machinery.ts";
import { createConfiguredFlyProvider } from "./fly-machinery.ts";

/** How long an agent writes nothing before it counts as idle, in milliseconds. */
const idleAfterMs = 3000;

/** What works on machines: the providers and agents of a configuration, and the steps that use them. */
export type Machinery = {
  providers: Record<string, Provider>;
  agents: Record<string, Agent>;
  git: Git;
  sessions: Sessions;
  terminals: Terminals;
  templates: Templates;
  steps: Step[];
  launchRequest: LaunchRequests;
};

export type MachineryParts = {
  hubId: string;
  identities: ChosenIdentities;
  clock: Clock;
  store: Pick<Store, "get">;
  isolation: LocalIsolation;
  /** Undefined where the configuration knows no app at Fly. */
  fly: FlyApi | undefined;
  /** What the hub keeps for a repository. */
  keptFor: (address: string) => Promise<KeptRepository>;
};

export async function createMachinery(config: Config, parts: MachineryParts): Promise<Machinery> {
  const { hubId, clock, store } = parts;
  const directory = config.THOPTER_DATA_DIR;
  const program = await findClaude(config);
  refuseWithoutProgram("claude", config, program);
  const codex = await findCodex(config);
  refuseWithoutProgram("codex", config, codex);
  const providers = await createProviders(config, { ...parts, program, codex });
  const agents = createAgents(config, {
    clock,
    program,
    codex,
    provider: providers[config.THOPTER_PROVIDER],
  });
  const git = createGit();
  const sessions = createSessions({ providers });
  const templates = createTemplates({ directory: join(directory, "templates") });
  const rescueDirectory = (id: string): string => join(directory, "rescues", id);
  const steps = createSteps({
    hub: hubId,
    clock,
    providers,
    agents,
    git,
    sessions,
    templates,
    ownerName: async (id) => (await store.get("person", id))?.name ?? id,
    identities: parts.identities,
    gitToken: async (repository) => gitToken(config, repository),
    allowsLocal: () => config.THOPTER_LOCAL_REPOSITORIES,
    allowsSetup: (repository) => allowsSetup(config, repository),
    keptFor: parts.keptFor,
    context: createContext(config, clock),
    async rescueBundle(id) {
      const path = join(rescueDirectory(id), "rescue.bundle");
      return existsSync(path) ? path : undefined;
    },
    rescueDirectory,
    sealFile,
  });
  return {
    ...{ providers, agents, git, sessions, templates, steps },
    terminals: createTerminals(),
    launchRequest: createLaunchRequests({ ...parts, providers }),
  };
}

/** All that machines may stand at: a hub that makes new ones elsewhere still has to destroy the old. */
async function createProviders(
  config: Config,
  {
    hubId: hub,
    clock,
    isolation,
    fly: api,
    program,
    codex,
  }: MachineryParts & { program: string | undefined; codex: CodexPlace | undefined },
): Promise<Record<string, Provider>> {
  const directory = join(config.THOPTER_DATA_DIR, "machines");
  const expose = [program, codex?.expose].filter((path) => path !== undefined);
  const visibility = { expose, hidden: [config.THOPTER_DATA_DIR] };
  const local = createLocalProvider({ directory, isolation, clock, visibility });
  if (api === undefined) return { local };
  const sshSecret = await readSecretFile(config.THOPTER_DATA_DIR, "ssh-secret");
  return { local, fly: createConfiguredFlyProvider(config, { api, clock, hub, sshSecret }) };
}

/** All that thopters may have: those of an earlier configuration are reached as well. */
function createAgents(
  config: Config,
  parts: {
    clock: Clock;
    program: string | undefined;
    codex: CodexPlace | undefined;
    provider: Provider | undefined;
  },
): Record<string, Agent> {
  const { clock, program, codex, provider } = parts;
  const contained = provider?.isolation.contained === true;
  return {
    command: createCommandAgent({ command: agentCommand(config), clock, idleAfterMs }),
    claude: createConfiguredClaude(config, { program, contained, clock, idleAfterMs }),
    codex: createConfiguredCodex(config, { place: codex, contained, clock, idleAfterMs }),
  };
}

function agentCommand({ THOPTER_AGENT_COMMAND: command }: Config): string {
  return command ?? 'exec "${SHELL:-/bin/sh}" -i';
}

function gitToken(config: Config, repository: string): string | undefined {
  return repository.startsWith("https://github.com/") ? config.GITHUB_TOKEN : undefined;
}

function allowsSetup({ THOPTER_SETUP_REPOSITORIES: allowed }: Config, repository: string): boolean {
  const key = repositoryKey(repository);
  return allowed.includes("*") || allowed.some((one) => repositoryKey(one) === key);
}

function createContext({ GITHUB_TOKEN: token, GITHUB_API_URL: url }: Config, clock: Clock) {
  return token === undefined ? undefined : createGitHubContext({ token, url, clock, newSecret });
}

/** Writes a file through to the disk, and answers with its SHA-256 in hex. */
async function sealFile(path: string): Promise<string> {
  const file = await open(path, "r+");
  try {
    await file.sync();
    const hash = createHash("sha256");
    for await (const chunk of file.createReadStream({ autoClose: false }))
      hash.update(chunk as Buffer);
    return hash.digest("hex");
  } finally {
    await file.close();
    await syncDirectory(dirname(path));
  }
}
