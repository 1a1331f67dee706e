import type { WebClient } from "@slack/web-api";
import { UserError } from "../../src/core/errors.ts";
import type { SlackPorts } from "../ports.ts";
import { isOutage, slackCode } from "../receiving/slack-error.ts";
import { createFreshCache } from "./fresh-cache.ts";

/** What Slack says of one of its users. */
export type Profile =
  | { standing: "member"; name: string; teamIds: readonly string[] }
  | { standing: "guest" | "bot" | "deleted" | "stranger" };

/** Asks Slack who its users are. Throws UserError "unavailable" when it cannot be asked. */
export type Users = { profileOf(userId: string): Promise<Profile> };

export function createUsers({ clock }: Pick<SlackPorts, "clock">, client: WebClient): Users {
  const cache = createFreshCache({
    clock,
    load: (userId) => askProfile(client, userId),
    freshMs: 5 * 60_000,
    lifeMs: 60 * 60_000,
    max: 5000,
  });
  return {
    async profileOf(userId) {
      try {
        return await cache.get(userId);
      } catch (cause) {
        throw new UserError(
          "Cannot tell who you are: Slack does not say it now. Try again in a minute.",
          { code: "unavailable", cause },
        );
      }
    },
  };
}

async function askProfile(client: WebClient, userId: string): Promise<Profile> {
  try {
    const { user } = await client.users.info({ user: userId });
    return profileFrom(user ?? {});
  } catch (error) {
    if (isOutage(error) || slackCode(error) === undefined) throw error;
    if (slackCode(error) === "user_not_found" || slackCode(error) === "user_not_visible") {
      return { standing: "stranger" };
    }
    throw error;
  }
}

type SlackProfile = NonNullable<Awaited<ReturnType<WebClient["users"]["info"]>>["user"]>;

function profileFrom(user: SlackProfile): Profile {
  if (user.id === undefined || user.is_stranger === true) return { standing: "stranger" };
  if (user.deleted === true) return { standing: "deleted" };
  if (user.is_bot === true || user.is_workflow_bot === true || user.id === "USLACKBOT") {
    return { standing: "bot" };
  }
  if (user.is_restricted !== false || user.is_ultra_restricted !== false) {
    return { standing: "guest" };
  }
  const teams = [user.team_id, ...(user.enterprise_user?.teams ?? [])];
  return {
    standing: "member",
    name: nameOf(user),
    teamIds: teams.filter((team) => team !== undefined),
  };
}

function nameOf({ profile, real_name: realName, name, id }: SlackProfile): string {
  const names = [profile?.display_name, profile?.real_name, realName, name, id];
  return names.find((each) => each !== undefined && each.trim() !== "") ?? "";
}
