import { requiredText } from "./arguments.ts";
import { findChannel, writableChannel } from "./channels.ts";
import { textOf, type Json } from "./json.ts";
import { edit, findMessage, postAsApp, readContent, remove, showMessage } from "./messages.ts";
import { method, type Method } from "./method.ts";
import { refuse } from "./reply.ts";
import type { SimMessage, World } from "./world.ts";

/** The longest text of an edit: https://docs.slack.dev/reference/methods/chat.update */
const longestEdit = 4000;

export const chatMethods: Readonly<Record<string, Method>> = {
  "chat.postMessage": method(["chat:write"], "posting", postMessage),
  "chat.postEphemeral": method(["chat:write"], 4, postEphemeral),
  "chat.update": method(["chat:write"], 3, update),
  "chat.delete": method(["chat:write"], 3, deleteMessage),
  "chat.getPermalink": method([], "ample", permalink),
};

function postMessage(world: World, args: Json): Json {
  const channel = writableChannel(world, requiredText(args, "channel"));
  const threadTs = textOf(args["thread_ts"]);
  const where = { channel: channel.id, threadTs, onlyFor: undefined };
  const message = postAsApp(world, readContent(world, args), where);
  return { channel: channel.id, ts: message.ts, message: showMessage(world, message) };
}

function postEphemeral(world: World, args: Json): Json {
  const channel = writableChannel(world, requiredText(args, "channel"));
  const user = requiredText(args, "user");
  if (!channel.members.has(user)) throw refuse("user_not_in_channel");
  const threadTs = textOf(args["thread_ts"]);
  const where = { channel: channel.id, threadTs, onlyFor: user };
  return { message_ts: postAsApp(world, readContent(world, args), where).ts };
}

function update(world: World, args: Json): Json {
  const message = own(world, args, "cant_update_message");
  const content = readContent(world, args, longestEdit);
  edit(world, message, content);
  const { channel, ts, text } = message;
  return { channel, ts, text, message: showMessage(world, message) };
}

function deleteMessage(world: World, args: Json): Json {
  const message = own(world, args, "cant_delete_message");
  remove(world, message);
  return { channel: message.channel, ts: message.ts };
}

// An ephemeral message is none of a channel's: only a response_url reaches it.
function own(world: World, args: Json, otherwise: string): SimMessage {
  const channel = findChannel(world, requiredText(args, "channel"));
  const message = findMessage(world, channel.id, requiredText(args, "ts"));
  if (message === undefined) throw refuse("message_not_found");
  if (!message.isFromApp) throw refuse(otherwise);
  return message;
}

function permalink(world: World, args: Json): Json {
  const channel = findChannel(world, requiredText(args, "channel"));
  const ts = requiredText(args, "message_ts");
  if (findMessage(world, channel.id, ts) === undefined) throw refuse("message_not_found");
  const { domain } = world.workspace.team;
  const path = `archives/${channel.id}/p${ts.replace(".", "")}`;
  return { channel: channel.id, permalink: `https://${domain}.slack.com/${path}` };
}
