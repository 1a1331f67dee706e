import type { WebClient } from "@slack/web-api";
import type { Role } from "../../src/core/actor.ts";
import { UserError } from "../../src/core/errors.ts";
import type { SlackOptions, SlackPorts } from "../ports.ts";
import { isOutage } from "../receiving/slack-error.ts";
import { createFreshCache } from "./fresh-cache.ts";

/** Which role the settings give a user, by their own id or that of a group they are in. */
export type Roles = {
  /** Throws UserError "unavailable" when it hangs on a group and Slack cannot be asked. */
  roleOf(userId: string): Promise<Role | "none">;
  /** The members of a group are others now. */
  groupChanged(groupId: string): void;
};

export function createRoles(
  { clock, report }: Pick<SlackPorts, "clock" | "report">,
  client: WebClient,
  options: Pick<SlackOptions, "admins" | "operators" | "defaultRole">,
): Roles {
  const members = createFreshCache({
    clock,
    load: askMembers,
    freshMs: 5 * 60_000,
    lifeMs: 60 * 60_000,
    max: 200,
  });

  async function askMembers(groupId: string): Promise<ReadonlySet<string>> {
    try {
      const { users } = await client.usergroups.users.list({ usergroup: groupId });
      return new Set(users);
    } catch (error) {
      if (isOutage(error)) throw error;
      // A group that Slack does not know, or does not show, gives nobody a role.
      report(error, `the Slack user group ${groupId}`);
      return new Set();
    }
  }

  async function isAmong(userId: string, ids: readonly string[]): Promise<boolean> {
    if (ids.includes(userId)) return true;
    const groups = await Promise.all(ids.filter(isGroup).map((id) => members.get(id)));
    return groups.some((group) => group.has(userId));
  }

  return {
    async roleOf(userId) {
      try {
        if (await isAmong(userId, options.admins)) return "admin";
        return (await isAmong(userId, options.operators)) ? "operator" : options.defaultRole;
      } catch (cause) {
        throw new UserError(
          "Cannot tell what you may do: Slack does not say it now. Try again in a minute.",
          { code: "unavailable", cause },
        );
      }
    },
    groupChanged: (groupId) => members.drop(groupId),
  };
}

function isGroup(id: string): boolean {
  return id.startsWith("S");
}
