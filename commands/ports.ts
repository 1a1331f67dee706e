import type { Role } from "../src/core/actor.ts";
import type { Clock, NewId } from "../src/core/ports/clock.ts";
import type { Fleet } from "../src/core/ports/fleet.ts";
import type { SlackPeople } from "../src/core/ports/slack-people.ts";
import type { Store } from "../src/core/ports/store.ts";
import type { Warnings } from "../src/core/ports/warnings.ts";

/** What the Slack front needs of the hub. */
export type SlackPorts = {
  fleet: Fleet;
  people: SlackPeople;
  /** Its own durable notes: cards, and settings such as the repository of a channel. */
  store: Pick<Store, "get" | "list" | "commit" | "purge">;
  /** Hears of warnings that reached their owners; where it is absent nobody waits for that. */
  warnings?: Warnings;
  clock: Clock;
  newId: NewId;
  redact: (text: string) => string;
  /** Logs an error and answers with the reference under which the log has it. */
  report: (error: unknown, about: string) => string;
};

/** How the workspace is reached, and who may do what there. */
export type SlackOptions = {
  botToken: string;
  /** Requests come over HTTP, signed with it, unless there is an app token. */
  signingSecret: string | undefined;
  /** Requests come over Socket Mode when it is there. */
  appToken: string | undefined;
  /** Another Web API than Slack's, ending in `/api/`. */
  apiUrl: string | undefined;
  /** Where approvals go that have no owner to decide them. */
  channel: string | undefined;
  /** The channels it answers in; all when empty. Direct messages always count. */
  channels: readonly string[];
  /** User ids, and ids of user groups. */
  admins: readonly string[];
  operators: readonly string[];
  /** What everyone else in the workspace is. */
  defaultRole: Role | "none";
};
