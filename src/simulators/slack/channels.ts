import { refuse } from "./reply.ts";
import type { SimChannel } from "./workspace.ts";
import type { World } from "./world.ts";

/** A channel the app can see, by id, name, or the id of the person it would talk to. */
export function findChannel(world: World, idOrName: string): SimChannel {
  const { channels, users, app, direct } = world.workspace;
  const name = idOrName.replace(/^#/, "");
  const person = users.get(idOrName);
  const found =
    person === undefined
      ? (channels.get(idOrName) ?? [...channels.values()].find((one) => one.name === name))
      : direct(person.id);
  const isSeen = found?.kind === "public" || found?.members.has(app.botUser.id) === true;
  if (found === undefined || !isSeen) throw refuse("channel_not_found");
  return found;
}

/** A channel the app may write to. */
export function writableChannel(world: World, idOrName: string): SimChannel {
  const channel = findChannel(world, idOrName);
  const isIn = channel.members.has(world.workspace.app.botUser.id);
  if (channel.isArchived) throw refuse("is_archived");
  if (!isIn && !world.scopes.has("chat:write.public")) throw refuse("not_in_channel");
  return channel;
}
