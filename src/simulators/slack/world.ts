import type { Clock } from "../../core/ports/clock.ts";
import type { Faults } from "./faults.ts";
import type { Ids } from "./ids.ts";
import type { Json } from "./json.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { Triggers } from "./triggers.ts";
import type { Workspace } from "./workspace.ts";

/** Something wrong with a message or a view, and where. */
export type BlockProblem = { pointer: string; message: string };
export type Validate = (value: unknown) => readonly BlockProblem[];

/** What stands in inputs, by block and action. */
export type Values = Record<string, Record<string, Json>>;

export type SimMessage = {
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks: Json[];
  threadTs: string | undefined;
  /** Who alone sees it; undefined for what all in the channel see. */
  onlyFor: string | undefined;
  isFromApp: boolean;
  isDeleted: boolean;
  /** What each person has filled in, by block and action. */
  filled: Record<string, Values>;
  /** What it has shown so far, the present last. */
  versions: { at: number; text: string; blocks: Json[] }[];
};

export type SimView = {
  id: string;
  kind: "modal" | "home";
  user: string;
  /** What the app gave, with an id on every block and element. */
  content: Json;
  hash: string;
  rootId: string;
  previousId: string | undefined;
  /** What the person has filled in, by block and action. */
  filled: Values;
};

/** One call of the Web API or of a response_url, and its answer. */
export type ApiCall = { method: string; args: Json; at: number; status: number; answer: Json };

/** Something that a person has been shown. */
export type Shown = {
  surface: "message" | "ephemeral" | "modal" | "home";
  at: number;
  content: Json;
};

export type World = {
  clock: Clock;
  ids: Ids;
  workspace: Workspace;
  secrets: { botToken: string; appToken: string; signingSecret: string };
  scopes: ReadonlySet<string>;
  /** Events the app asked for, as `app_mention`. */
  subscriptions: ReadonlySet<string>;
  /** Slash commands the app has, as `/thopter`. */
  commands: ReadonlySet<string>;
  validateMessage: Validate;
  validateView: Validate;
  /** What lets a Socket Mode client in, once each. */
  tickets: Set<string>;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  faults: Faults;
  messages: SimMessage[];
  /** Open modals of each person, the top one last. */
  modals: Map<string, SimView[]>;
  homes: Map<string, SimView>;
  calls: ApiCall[];
  shown: Shown[];
  /** What the app last offered for an external select, by its action. */
  suggested: Map<string, Json[]>;
  /** Called after anything that somebody could see has changed. */
  watchers: Set<() => void>;
  /** Where the simulator listens. */
  baseUrl: string;
  isDown: boolean;
  isClosed: boolean;
  lastStamp: number;
};

/** A time in Slack's form, which no two messages share. */
export function nextStamp(world: World): string {
  const micros = Math.max(world.lastStamp + 1, world.clock.now() * 1000);
  world.lastStamp = micros;
  const fraction = String(micros % 1_000_000).padStart(6, "0");
  return `${String(Math.floor(micros / 1_000_000))}.${fraction}`;
}

export function show(world: World, surface: Shown["surface"], content: Json): void {
  world.shown.push({ surface, at: world.clock.now(), content: structuredClone(content) });
  changed(world);
}

export function changed(world: World): void {
  for (const watcher of world.watchers) watcher();
}
