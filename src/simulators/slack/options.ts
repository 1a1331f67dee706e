import type { Clock } from "../../core/ports/clock.ts";
import type { BlockProblem } from "./world.ts";

export type SlackSimulatorOptions = {
  /** Bolt compares signatures with the real time: a clock that stands begins there. */
  clock: Clock;
  /** The same seed gives the same ids and secrets; a new one each time when absent. */
  seed?: string;
  botToken?: string;
  appToken?: string;
  signingSecret?: string;
  /** What the bot token may do. */
  scopes?: readonly string[];
  /** The slash commands the app has. */
  commands?: readonly string[];
  /** The events the app subscribed to; `message.im` is a message to the app alone. */
  subscriptions?: readonly string[];
  /** Whether too many calls are refused; they are unless this says otherwise. */
  rateLimits?: boolean;
  /** How long a connection of Socket Mode lasts. */
  connectionSeconds?: number;
  /** Whether the workspace is empty but for the app; a small team is in it otherwise. */
  isEmpty?: boolean;
  /** What is wrong with a message, or a view. */
  validateMessage?: (message: unknown) => readonly BlockProblem[];
  validateView?: (view: unknown) => readonly BlockProblem[];
  /** Safe HTML for blocks, for the page. */
  renderBlocks?: RenderBlocks;
  /** How that HTML looks, below an element of the class `slack`. */
  blockStyles?: string;
};

/**
 * What can be used carries `data-action-id`, `data-block-id` and, where it has them, `data-value` and
 * `data-type`; `names` are those of people, channels and groups by their ids.
 */
export type RenderBlocks = (
  blocks: readonly unknown[],
  options: { interactive: boolean; names: Readonly<Record<string, string>> },
) => string;

export const usualScopes = [
  ...["commands", "chat:write", "app_mentions:read", "users:read"],
  ...["usergroups:read", "im:history", "im:write"],
];

export const usualSubscriptions = [
  ...["app_home_opened", "app_mention", "app_uninstalled", "tokens_revoked"],
  "subteam_members_changed",
];
