import { mustHaveLogin } from "../core/agent-logins.ts";
import { personOf } from "../core/actor.ts";
import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { noIdentity } from "../core/identity.ts";
import type { ChosenIdentity, Identity } from "../core/identity.ts";
import type { Thopter } from "../core/thopter.ts";
import { mayChooseIdentity } from "./identity-directory.ts";
import type { IdentityDirectory } from "./identity-directory.ts";
import type { IdentityViews } from "./identity-views.ts";
import type { FleetOptions, FleetPorts } from "./ports.ts";

/** What a provision that is asked for works with. */
export type IdentityChoosing = {
  /**
   * The one that is named, else the person's default, else the hub's, else none. An agent takes what
   * its person's default is, unless its token may choose among what they own. Throws UserError where
   * it may not be used, its login is known not to work, or there is none for the agent.
   */
  choose(caller: Caller, wanted: string | undefined): Promise<ChosenIdentity | undefined>;
  /** The one that a thopter had, as it is now, unless another is named. Throws UserError as `choose`. */
  restored(
    caller: Caller,
    before: ChosenIdentity | undefined,
    wanted: string | undefined,
  ): Promise<ChosenIdentity | undefined>;
  /** The one of a thopter that is asked for again, as it is now for its owner. */
  retried(thopter: Thopter): Promise<ChosenIdentity | undefined>;
  /** Submits what names an identity. While it does, nobody can delete that or its home. */
  holding<T>(chosen: ChosenIdentity | undefined, submit: () => Promise<T>): Promise<T>;
  /** Those that provisions name which are asked for now or have not come to an end. */
  inUse(): Promise<ChosenIdentity[]>;
};

export function createIdentityChoosing(
  { store, engine }: Pick<FleetPorts, "store" | "engine">,
  {
    options,
    directory,
    views,
  }: { options: FleetOptions; directory: IdentityDirectory; views: IdentityViews },
): IdentityChoosing {
  const held = new Set<ChosenIdentity>();

  function chosen(
    identity: Identity | undefined,
    agent = options.agent,
  ): ChosenIdentity | undefined {
    mustHaveLogin({ agent, ownLogins: options.ownLogins, identity });
    if (identity === undefined) return undefined;
    const { id, name, home } = identity;
    const trouble = views.trouble(identity);
    if (trouble !== undefined) {
      throw new UserError(`Cannot provision with the identity "${name}": ${trouble}`, {
        code: "unavailable",
      });
    }
    return { id, name, ...(home === undefined ? {} : { digest: home.digest }) };
  }

  async function usualOf(personId: string): Promise<Identity | undefined> {
    const own = await directory.defaultOf(personId);
    const id = own ?? (await directory.defaultOf(undefined));
    if (id === undefined) return undefined;
    const found = (await directory.usable(personId)).find((one) => one.id === id);
    if (found !== undefined) return found;
    const whose = own === undefined ? "the hub's default identity" : "your default identity";
    throw new UserError(
      `Cannot provision: ${whose} is no longer there for you. Choose another with "thopter identity default", or provision with --identity ${noIdentity}.`,
      { code: "unavailable" },
    );
  }

  async function presentOf(
    before: ChosenIdentity | undefined,
    personId: string | undefined,
    otherwise: { action: string; advice: string },
  ): Promise<Identity | undefined> {
    if (before === undefined || personId === undefined) return undefined;
    const found = (await directory.usable(personId)).find(({ id }) => id === before.id);
    if (found !== undefined) return found;
    const { action, advice } = otherwise;
    throw new UserError(
      `Cannot ${action}: its identity "${before.name}" is not there for its owner. ${advice}`,
      { code: "unavailable" },
    );
  }

  /** An agent that may not choose goes without one only where it would anyway. */
  async function mayGoWithout(caller: Caller): Promise<boolean> {
    if (mayChooseIdentity(caller)) return true;
    const usual = await directory.defaultOf(personOf(caller.actor));
    return (usual ?? (await directory.defaultOf(undefined))) === undefined;
  }

  async function choose(
    caller: Caller,
    wanted: string | undefined,
  ): Promise<ChosenIdentity | undefined> {
    if (wanted === undefined) {
      const personId = personOf(caller.actor);
      return personId === undefined ? undefined : chosen(await usualOf(personId));
    }
    if (wanted === noIdentity && (await mayGoWithout(caller))) return chosen(undefined);
    return chosen(await directory.findNameable(caller, wanted));
  }

  return {
    choose,
    async restored(caller, before, wanted) {
      if (wanted !== undefined) return choose(caller, wanted);
      const advice = `Name another with --identity, or ${noIdentity}.`;
      const otherwise = { action: "restore", advice };
      return chosen(await presentOf(before, personOf(caller.actor), otherwise));
    },
    async retried({ identity: before, ownerId, agent }) {
      const otherwise = { action: "retry", advice: "Provision anew with another." };
      return chosen(await presentOf(before, ownerId, otherwise), agent);
    },
    async holding(one, submit) {
      if (one === undefined) return submit();
      // A copy of its own, for two requests may hold the same.
      const hold = { ...one };
      held.add(hold);
      try {
        const present = await store.get("identity", one.id);
        if (present === undefined || present.home?.digest !== one.digest) {
          throw new UserError(
            `Cannot provision with the identity "${one.name}": it was changed just now. Ask again.`,
            { code: "conflict" },
          );
        }
        return await submit();
      } finally {
        held.delete(hold);
      }
    },
    async inUse() {
      const open = (await engine.thopters()).filter(
        ({ status }) => status === "requested" || status === "provisioning",
      );
      return [...held, ...open.flatMap(({ identity }) => identity ?? [])];
    },
  };
}
