import { structured } from "./arguments.ts";
import { withIds } from "./elements.ts";
import { textOf, type Json } from "./json.ts";
import { refuse, refuseArguments } from "./reply.ts";
import { changed, nextStamp, show, type SimMessage, type World } from "./world.ts";

/** What a message says. */
export type Content = { text: string; blocks: Json[] };

/** Reads what a message is to say. Refuses what Slack does not take. */
export function readContent(world: World, args: Json, longest = 40_000): Content {
  const text = textOf(args["text"]) ?? textOf(args["markdown_text"]) ?? "";
  const blocks = structured(args, "blocks") ?? [];
  if (!Array.isArray(blocks)) throw refuse("invalid_blocks_format");
  if (text === "" && blocks.length === 0) throw refuse("no_text");
  if (text.length > longest) throw refuse("msg_too_long");
  const problems = world.validateMessage(messageIn(args));
  if (problems.length > 0) {
    const sentences = problems.map(
      ({ message, pointer }) => `${message} [json-pointer:${pointer}]`,
    );
    throw refuseArguments(sentences, "invalid_blocks");
  }
  return { text, blocks: withIds(blocks, world.ids) };
}

const parts = ["text", "markdown_text", "thread_ts", "response_type"];
const lists = ["blocks", "attachments", "metadata"];

/** The message in the arguments of a method, without what only the method is to know. */
function messageIn(args: Json): Json {
  const given = [
    ...parts.map((name) => [name, args[name]] as const),
    ...lists.map((name) => [name, structured(args, name)] as const),
  ];
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

type Author = { user: string; isFromApp: boolean };
type Place = Pick<SimMessage, "channel" | "threadTs" | "onlyFor">;

export function post(world: World, content: Content, where: Place & Author): SimMessage {
  const at = world.clock.now();
  const message: SimMessage = {
    ...{ ...content, ...where, ts: nextStamp(world), isDeleted: false, filled: {} },
    versions: [{ at, ...content }],
  };
  world.messages.push(message);
  shown(world, message);
  return message;
}

export function postAsApp(world: World, content: Content, where: Place): SimMessage {
  const user = world.workspace.app.botUser.id;
  return post(world, content, { ...where, user, isFromApp: true });
}

export function edit(world: World, message: SimMessage, content: Content): void {
  message.text = content.text;
  message.blocks = content.blocks;
  message.versions.push({ at: world.clock.now(), ...content });
  shown(world, message);
}

export function remove(world: World, message: SimMessage): void {
  message.isDeleted = true;
  changed(world);
}

function shown(world: World, message: SimMessage): void {
  const { text, blocks } = message;
  show(world, message.onlyFor === undefined ? "message" : "ephemeral", { text, blocks });
}

/** A message that stands in a channel for all to see. */
export function findMessage(world: World, channel: string, ts: string): SimMessage | undefined {
  return standing(world).find(
    (message) => message.channel === channel && message.ts === ts && message.onlyFor === undefined,
  );
}

export const standing = (world: World): SimMessage[] =>
  world.messages.filter(({ isDeleted }) => !isDeleted);

/** A message as the API shows it. */
export function showMessage(world: World, message: SimMessage): Json {
  const { user, ts, text, blocks, threadTs, isFromApp } = message;
  const { app, team } = world.workspace;
  return {
    ...{ type: "message", user, ts, text, team: team.id },
    ...(isFromApp ? { bot_id: app.botId, app_id: app.id } : {}),
    ...(blocks.length > 0 ? { blocks } : {}),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  };
}
