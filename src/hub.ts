import { monotonicFactory } from "ulid";
import type { Logger } from "pino";
import { settleAgent } from "./agent-choice.ts";
import type { SettledConfig } from "./agent-choice.ts";
import type { Config } from "./config.ts";
import { refuseUncontained } from "./containment.ts";
import type { Clock, NewId } from "./core/ports/clock.ts";
import type { Provider } from "./core/ports/provider.ts";
import type { Store } from "./core/ports/store.ts";
import { createRedactor } from "./core/redact.ts";
import type { Redactor } from "./core/redact.ts";
import { createEngine } from "./engine/engine.ts";
import { prepareFirstTokens } from "./first-tokens.ts";
import { createFleet } from "./fleet.ts";
import { refuseUnusableFly } from "./fly-check.ts";
import { createConfiguredFlyApi } from "./fly-machinery.ts";
import { createHttpServer } from "./http/http-server.ts";
import type { CreateMcpServer } from "./http/mcp-sessions.ts";
import { engineOptions, fleetOptions, secretsOf } from "./hub-options.ts";
import { openKept } from "./kept-secrets.ts";
import { createLog } from "./log.ts";
import { createMachinery } from "./machinery.ts";
import type { FlyApi } from "./providers/fly/api.ts";
import { detectIsolation } from "./providers/local/detect-isolation.ts";
import type { LocalIsolation } from "./providers/local/isolation.ts";
import { digest, newSecret } from "./secrets.ts";
import { createSlackFront } from "./slack-front.ts";
import { stayAlive } from "./stay-alive.ts";
import { cloneOf } from "./steps/session.ts";
import { writeHolder } from "./store/holder.ts";
import type { Holder } from "./store/holder.ts";
import { createSqliteStore } from "./store/sqlite-store.ts";
import { createSystemClock } from "./system-clock.ts";
import { readVersion } from "./version.ts";
import { createMcpServer } from "../tools/mcp-server.ts";

/** How long a stop waits for what runs before it is checkpointed, in milliseconds. */
const drainMs = 20_000;

/** How Slack reaches the hub, and the code that makes whoever claims it there the first admin. */
type SlackFacts = {
  isSocket: boolean;
  /** The workspace; undefined while Slack has not said it. */
  team: string | undefined;
  claimCode: string | undefined;
};

/** A running hub, and what its banner says. */
export type Hub = {
  url: string;
  /** Where others reach it, when that is another address. */
  publicUrl: string | undefined;
  dataDirectory: string;
  provider: string;
  agent: string;
  /** Whether the agent is more than a plain shell. */
  hasRealAgent: boolean;
  isolation: Provider["isolation"];
  /** Undefined without Slack. */
  slack: SlackFacts | undefined;
  /** Drains for a bounded time, checkpoints the rest, and lets go of the data directory. */
  stop(): Promise<void>;
};

/** What tests put in the place of the product's own. */
type Parts = { createMcpServer: CreateMcpServer };

/** Builds the hub of a configuration and starts it. Throws UserError when it may not or cannot run. */
export async function startHub(config: Config, parts: Parts = { createMcpServer }): Promise<Hub> {
  const settled = await settleAgent(config);
  const hub = await stayAlive(() => buildHub(settled, parts));
  return { ...hub, stop: () => stayAlive(hub.stop) };
}

async function buildHub(config: SettledConfig, parts: Parts): Promise<Hub> {
  const basis = await openBasis(config);
  try {
    return await startOn(basis, config, parts);
  } catch (error) {
    await basis.store.close();
    throw error;
  }
}

/** What everything else stands on. */
type Basis = {
  clock: Clock;
  newId: NewId;
  store: Store;
  log: Logger;
  holder: Holder;
  /** Of machines of the provider `local`. */
  isolation: LocalIsolation;
  fly: FlyApi | undefined;
  redact: Redactor;
  report: (error: unknown, about: string) => void;
};

async function openBasis(config: Config): Promise<Basis> {
  const directory = config.THOPTER_DATA_DIR;
  const clock = createSystemClock();
  const isolation = await detectIsolation({ clock });
  refuseUncontained(config, isolation);
  const fly = createConfiguredFlyApi(config, clock);
  const isWanted = config.THOPTER_PROVIDER === "fly";
  const trouble = fly !== undefined && isWanted ? await refuseUnusableFly(config, fly) : undefined;
  const holder = { pid: process.pid, startedAt: clock.now() };
  const redact = createRedactor(secretsOf(config));
  const report = (error: unknown, about: string): void => log.error({ err: error }, about);
  const onError = (error: unknown): void => report(error, "a watcher of the store");
  // First, for it makes the directory, or says what is wrong with it, or who uses it.
  const store = await createSqliteStore({ directory, hub: holder, onError });
  const log = createLog({ directory, level: config.LOG_LEVEL, redact });
  if (trouble !== undefined) log.warn(trouble);
  return { clock, newId: monotonicFactory(), store, log, holder, isolation, fly, redact, report };
}

async function startOn(basis: Basis, config: SettledConfig, parts: Parts): Promise<Hub> {
  const { clock, newId, store, log, holder, redact, report } = basis;
  const directory = config.THOPTER_DATA_DIR;
  const hubId = await readHubId(store, newId);
  const { vaultFor, keptFor, identityKeep, identities } = await openKept(config, basis);
  const machinery = await createMachinery(config, { ...basis, hubId, keptFor, identities });
  const { isolation } = machinery.providers[config.THOPTER_PROVIDER] ?? basis;
  const shared = { ...machinery, store, clock, newId, random: Math.random, redact };
  const engine = await createEngine(
    { ...shared, report: (error, about) => report(error, about?.id ?? "the store") },
    engineOptions(config),
  );
  const fleet = await createFleet(
    {
      ...{ ...shared, engine, newSecret, digest, cloneOf, vaultFor, report },
      identities: identityKeep,
    },
    fleetOptions(config, hubId),
  );
  await prepareFirstTokens({ store, clock, newId, directory });
  await fleet.start();
  const withWords = withReference(log, newId);
  const slack = await createSlackFront(config, {
    ...{ fleet, people: fleet.slackPeople, warnings: fleet.warnings },
    ...{ store, clock, newId, redact },
    report: withWords,
  });
  const http = createHttpServer({
    ...listening(config),
    ...parts,
    fleet,
    logins: fleet.logins,
    clock,
    slack: slack?.listener,
    report: withWords,
  });
  const { url } = await http.start();
  await writeHolder(directory, { ...holder, url });
  log.info({ url, isolation: isolation.words }, "the hub listens");
  const reached = await slack?.start();

  return {
    ...factsOf(config),
    url,
    isolation,
    slack:
      slack === undefined
        ? undefined
        : {
            isSocket: slack.listener === undefined,
            team: reached?.team,
            claimCode: fleet.slackPeople.createFirstCode(),
          },
    async stop() {
      await slack?.stop();
      await http.stop();
      await fleet.stop();
      await engine.drain(drainMs);
      await store.close();
      log.info("the hub has stopped");
    },
  };
}

function factsOf(
  config: SettledConfig,
): Pick<Hub, "publicUrl" | "dataDirectory" | "provider" | "agent" | "hasRealAgent"> {
  const { THOPTER_AGENT: agent, THOPTER_AGENT_COMMAND: command } = config;
  return {
    publicUrl: config.THOPTER_PUBLIC_URL,
    dataDirectory: config.THOPTER_DATA_DIR,
    provider: config.THOPTER_PROVIDER,
    agent: { claude: "Claude Code", codex: "Codex", command: command ?? "a plain shell" }[agent],
    hasRealAgent: agent !== "command" || command !== undefined,
  };
}

function listening(config: Config) {
  const { THOPTER_HOST: host, THOPTER_PORT: port, THOPTER_PUBLIC_URL: publicUrl } = config;
  return { host, port, publicUrl, version: readVersion() };
}

/** Logs an error under a reference that may be shown where the error itself may not. */
function withReference(log: Logger, newId: NewId): (error: unknown, about: string) => string {
  return (error, about) => {
    const reference = newId();
    log.error({ err: error, reference }, about);
    return reference;
  };
}

/** The name that this hub's machines carry, made once and kept. */
async function readHubId(store: Store, newId: NewId): Promise<string> {
  const known = await store.get("setting", "hub-id");
  if (known !== undefined) return known.value;
  const value = `hub-${newId().toLowerCase()}`;
  await store.commit([{ kind: "setting", record: { id: "hub-id", version: 1, value } }]);
  return value;
}
