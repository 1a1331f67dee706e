import type { Logger } from "pino";
import type { Config } from "./config.ts";
import type { NewId } from "./core/ports/clock.ts";
import type { Provider } from "./core/ports/provider.ts";
import type { Store } from "./core/ports/store.ts";
import { createEngine } from "./engine/engine.ts";
import { prepareFirstTokens } from "./first-tokens.ts";
import { createFleet } from "./fleet.ts";
import { createHttpServer } from "./http/http-server.ts";
import type { CreateMcpServer } from "./http/mcp-sessions.ts";
import { openBasis, type Basis } from "./hub-basis.ts";
import { engineOptions, fleetOptions } from "./hub-options.ts";
import { settleAgent } from "./machinery/agent-choice.ts";
import type { SettledConfig } from "./machinery/agent-choice.ts";
import { createMachinery } from "./machinery/machinery.ts";
import { openKept } from "./secrets/kept-secrets.ts";
import { digest, newSecret } from "./secrets/secrets.ts";
import { createSlackFront } from "./slack-front.ts";
import { stayAlive } from "./stay-alive.ts";
import { cloneOf } from "./steps/session.ts";
import { writeHolder } from "./store/holder.ts";
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

async function startOn(basis: Basis, config: SettledConfig, parts: Parts): Promise<Hub> {
  const { clock, newId, store, log, holder, redact, report } = basis;
  const directory = config.THOPTER_DATA_DIR;
  const hubId = await readHubId(store, newId);
  const { vaultFor, keptFor, identityKeep, identities, knownSecrets } = await openKept(
    config,
    basis,
  );
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
    store,
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
      await knownSecrets.idle();
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
