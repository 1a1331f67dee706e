import { pageOf, requiredText } from "./arguments.ts";
import { findChannel } from "./channels.ts";
import type { Json } from "./json.ts";
import { method, type Method } from "./method.ts";
import { refuse } from "./reply.ts";
import type { World } from "./world.ts";

const reading = ["channels:read", "groups:read", "mpim:read", "im:read"];

export const conversationMethods: Readonly<Record<string, Method>> = {
  "conversations.open": method(["im:write", "mpim:write"], 3, open),
  "conversations.info": method(reading, 3, info),
  "conversations.members": method(reading, 4, members),
};

function open(world: World, args: Json): Json {
  const [user = "", ...others] = requiredText(args, "users").split(",");
  if (others.length > 0) {
    const provided = [...world.scopes].join(",");
    throw refuse("missing_scope", { needed: "mpim:write", provided });
  }
  const person = world.workspace.users.get(user);
  if (person === undefined) throw refuse("user_not_found");
  if (person.isBot) throw refuse("cannot_dm_bot");
  if (person.deleted) throw refuse("user_disabled");
  return { channel: { id: world.workspace.direct(user).id } };
}

function info(world: World, args: Json): Json {
  const {
    id,
    name,
    kind,
    isArchived,
    members: all,
  } = findChannel(world, requiredText(args, "channel"));
  const isMember = all.has(world.workspace.app.botUser.id);
  const people = [...all].filter((one) => one !== world.workspace.app.botUser.id);
  return {
    channel: {
      ...{ id, is_archived: isArchived, is_im: kind === "im" },
      ...(kind === "im" ? { user: people[0] } : { name, is_channel: kind === "public" }),
      ...{ is_group: kind === "private", is_private: kind !== "public", is_member: isMember },
    },
  };
}

function members(world: World, args: Json): Json {
  const channel = findChannel(world, requiredText(args, "channel"));
  const page = pageOf([...channel.members], args);
  return { members: page.items, response_metadata: { next_cursor: page.cursor } };
}
