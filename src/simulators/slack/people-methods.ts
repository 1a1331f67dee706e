import { flag, pageOf, requiredText } from "./arguments.ts";
import type { Json } from "./json.ts";
import { method, type Method } from "./method.ts";
import { refuse } from "./reply.ts";
import type { SimUser } from "./workspace.ts";
import type { World } from "./world.ts";

export const peopleMethods: Readonly<Record<string, Method>> = {
  "users.info": method(["users:read"], 4, info),
  "users.list": method(["users:read"], 2, list),
  "usergroups.list": method(["usergroups:read"], 2, groups),
  "usergroups.users.list": method(["usergroups:read"], 2, groupMembers),
};

function info(world: World, args: Json): Json {
  const user = world.workspace.users.get(requiredText(args, "user"));
  if (user === undefined) throw refuse("user_not_found");
  return { user: showUser(world, user) };
}

function list(world: World, args: Json): Json {
  const page = pageOf([...world.workspace.users.values()], args);
  const members = page.items.map((user) => showUser(world, user));
  return { members, response_metadata: { next_cursor: page.cursor } };
}

function showUser({ workspace: { team } }: World, user: SimUser): Json {
  const { id, name, realName, teamId, deleted, isBot } = user;
  const isOurs = teamId === team.id;
  // Somebody else's administrators and guests are nothing here.
  const roles = isOurs
    ? {
        ...{ is_admin: user.isAdmin, is_owner: false, is_primary_owner: false },
        ...{ is_restricted: user.isRestricted || user.isUltraRestricted },
        is_ultra_restricted: user.isUltraRestricted,
      }
    : { is_stranger: true };
  return {
    ...{ id, name, team_id: teamId, deleted, is_bot: isBot, is_app_user: false },
    ...{ real_name: realName, ...roles, tz: "Etc/UTC" },
    profile: { real_name: realName, display_name: name, team: teamId },
  };
}

function groups(world: World, args: Json): Json {
  const all = [...world.workspace.groups.values()].filter(
    ({ isDisabled }) => !isDisabled || flag(args, "include_disabled"),
  );
  const usergroups = all.map(({ id, handle, members, isDisabled }) => ({
    ...{ id, team_id: world.workspace.team.id, is_usergroup: true, handle, name: handle },
    ...{ user_count: members.length, date_delete: isDisabled ? 1 : 0 },
    ...(flag(args, "include_users") ? { users: members } : {}),
  }));
  return { usergroups };
}

function groupMembers(world: World, args: Json): Json {
  const group = world.workspace.groups.get(requiredText(args, "usergroup"));
  if (group === undefined) throw refuse("no_such_subteam");
  if (group.isDisabled && !flag(args, "include_disabled")) throw refuse("subteam_disabled");
  return { users: group.members };
}
