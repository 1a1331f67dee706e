import type { SettledConfig } from "./machinery/agent-choice.ts";
import { readVariables, type Config } from "./config.ts";
import { claudeSecrets } from "./config/claude-settings.ts";
import { codexSecrets } from "./config/codex-settings.ts";
import { secretSettings } from "./config/settings.ts";
import { defaultEngineOptions } from "./engine/options.ts";
import type { EngineOptions } from "./engine/options.ts";
import type { FleetOptions } from "./fleet/ports.ts";

export function fleetOptions(config: SettledConfig, hubId: string): FleetOptions {
  return {
    hubId,
    provider: config.THOPTER_PROVIDER,
    agent: config.THOPTER_AGENT,
    ownLogins: [...claudeSecrets, ...codexSecrets].filter((name) => config[name] !== undefined),
    agentDestroyLimit: config.AGENT_DESTROY_LIMIT,
    approvalRetentionMs: config.APPROVAL_RETENTION,
    auditRetentionMs: config.AUDIT_RETENTION,
    agentsMayUseLocalRepositories: config.THOPTER_LOCAL_REPOSITORIES,
    setupRepositories: config.THOPTER_SETUP_REPOSITORIES,
  };
}

export function engineOptions(config: Config): EngineOptions {
  return {
    ...defaultEngineOptions,
    limits: {
      lanes: {
        destroy: config.MAX_CONCURRENT_DESTROYS,
        provision: config.MAX_CONCURRENT_PROVISIONS,
        setup: config.MAX_CONCURRENT_SETUPS,
      },
      thopters: config.MAX_THOPTERS,
      thoptersPerOwner: config.MAX_THOPTERS_PER_OWNER ?? config.MAX_THOPTERS,
      provisionMaxWaitMs: config.PROVISION_MAX_WAIT,
    },
    maxQueueSize: config.MAX_QUEUE_SIZE,
    queueTimeoutMs: config.QUEUE_TIMEOUT,
  };
}

/** The values that are never shown. */
export function secretsOf(config: Config): string[] {
  const settings = secretSettings.flatMap((name) => {
    const value = config[name];
    return typeof value === "string" ? [value] : [];
  });
  return [...settings, ...Object.values(readVariables(config))];
}
