import type { Caller } from "../../src/core/actor.ts";
import type { Fleet } from "../../src/core/ports/fleet.ts";
import type { Page } from "../../src/core/ports/listing.ts";
import type { Write } from "../../src/core/ports/store.ts";

/** Whose view of which fleet: what resources, prompts and completions look at. */
export type Sight = { fleet: Fleet; caller: Caller };

/** One of the records that a template stands for, as a list of resources shows it. */
export type ListedRecord = { id: string; title: string; description: string };

type ResourceFacts = { name: string; title: string; description: string };

/** A resource that is one record. */
export type FixedResource = ResourceFacts & {
  uri: string;
  read(sight: Sight): Promise<unknown>;
  /** Whether a durable change may change what is read. */
  changesWith(write: Write): boolean;
};

/** A resource for each record of a kind, by an `{id}` in its address. */
export type TemplateResource = ResourceFacts & {
  uriTemplate: `${string}/{id}`;
  read(id: string, sight: Sight): Promise<unknown>;
  /** Throws UserError "not_found" where `read` would, without touching a machine. */
  find(id: string, sight: Sight): Promise<unknown>;
  changesWith(write: Write, id: string): boolean;
  /** What `{id}` may be. */
  ids(sight: Sight): Promise<string[]>;
  /** The records that are worth listing one by one; absent where they are too many. */
  list?: {
    page(cursor: string | undefined, sight: Sight): Promise<Page<ListedRecord>>;
    /** Whether a durable change adds to that list or takes from it. */
    changesWith(write: Write): boolean;
  };
};
