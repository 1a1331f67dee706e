import type { WebClient } from "@slack/web-api";
import type { Caller } from "../../src/core/actor.ts";
import { UserError } from "../../src/core/errors.ts";
import type { SlackUser } from "../../src/core/person.ts";
import type { SlackOptions, SlackPorts } from "../ports.ts";
import type { BotCheck } from "../receiving/bot.ts";
import type { Origin } from "../receiving/requests.ts";
import { createRoles } from "./roles.ts";
import { createUsers } from "./users.ts";
import type { Profile } from "./users.ts";

const system: Caller = {
  actor: { kind: "system", name: "slack" },
  role: "admin",
  front: "slack",
};

/** Someone who was let in. */
export type Admitted = {
  user: SlackUser;
  caller: Caller;
  /** Neither the settings nor an admin gave them a role: they may claim one, or ask for one. */
  hasNoRole: boolean;
};

/** Finds out who asks, and lets nobody in whom it cannot place. */
export type Identity = {
  /** Throws UserError with words for the one who is refused. */
  admit(origin: Origin): Promise<Admitted>;
  groupChanged(groupId: string): Promise<void>;
  /** Brings the roles on record to what the settings give now, for those who do not come by: their tokens act with them. */
  refreshRoles(): Promise<void>;
};

export function createIdentity(
  ports: Pick<SlackPorts, "clock" | "report" | "people" | "fleet">,
  options: SlackOptions,
  { client, bot }: { client: WebClient; bot: BotCheck },
): Identity {
  const users = createUsers(ports, client);
  const roles = createRoles(ports, client, options);

  /** The workspace, which is ours. */
  async function placeOf({ teamIds, userId }: Origin): Promise<string> {
    const us = await bot.known();
    if (us === undefined) {
      throw refused("the hub has not reached Slack yet. Try again in a minute", "unavailable");
    }
    if (teamIds.length === 0 || teamIds.some((id) => id !== us.teamId)) {
      throw refused("you belong to another workspace than this hub");
    }
    if (userId === us.userId) throw refused("bots may not ask");
    return us.teamId;
  }

  async function refreshRoles(): Promise<void> {
    const teamId = (await bot.known())?.teamId;
    for (const { name, slack, roleFrom } of await ports.fleet.listPeople(system)) {
      if (roleFrom !== "slack" || slack === undefined || slack.teamId !== teamId) continue;
      const role = await roles.roleOf(slack.userId);
      await ports.people.identify({ ...slack, name, role: role === "none" ? "viewer" : role });
    }
  }

  function checkChannel({ channel }: Origin): void {
    const { channels } = options;
    if (channels.length === 0 || channel === undefined || channel.startsWith("D")) return;
    if (!channels.includes(channel)) {
      throw refused("thopter does not answer in this channel. Ask it in a direct message");
    }
  }

  return {
    async admit(origin) {
      const { userId } = origin;
      const teamId = await placeOf(origin);
      checkChannel(origin);
      const name = nameOfMember(await users.profileOf(userId), teamId);
      const role = await roles.roleOf(userId);
      const user: SlackUser = { teamId, userId, name, role: role === "none" ? "viewer" : role };
      const hasNoRole = role === "none" && ports.people.givenRoleOf(user) === undefined;
      return { user, hasNoRole, caller: await ports.people.identify(user) };
    },
    async groupChanged(groupId) {
      roles.groupChanged(groupId);
      await refreshRoles();
    },
    refreshRoles,
  };
}

function nameOfMember(profile: Profile, teamId: string): string {
  switch (profile.standing) {
    case "guest":
      throw refused("guests of this workspace may not");
    case "bot":
      throw refused("bots may not ask");
    case "deleted":
      throw refused("your account is deactivated");
    case "stranger":
      throw refused("you are not a member of this workspace");
    case "member":
      if (profile.teamIds.includes(teamId)) return profile.name;
      throw refused("you are not a member of this workspace");
  }
}

function refused(why: string, code: "forbidden" | "unavailable" = "forbidden"): UserError {
  return new UserError(`Cannot do this for you: ${why}.`, { code });
}
