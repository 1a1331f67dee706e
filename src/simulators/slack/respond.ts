import { textOf, type Json } from "./json.ts";
import { edit, postAsApp, readContent, remove, standing } from "./messages.ts";
import { SlackRefusal, type Reply } from "./reply.ts";
import type { Hook } from "./response-urls.ts";
import type { SimMessage, World } from "./world.ts";

const fine: Reply = { status: 200, body: { ok: true } };

/** What the app sends to a response_url. */
export function respondThroughUrl(world: World, path: string, args: Json): Reply {
  const hook = world.responseUrls.use(path);
  if (hook === undefined) throw refuseUrl(404, "invalid_url");
  if (hook === "used_url" || hook === "expired_url") throw refuseUrl(404, hook);
  const original = originalOf(world, hook);
  if (args["delete_original"] === true) {
    if (original === undefined) throw refuseUrl(404, "message_not_found");
    remove(world, original);
    return fine;
  }
  const content = contentOf(world, args);
  // There is nothing to replace for a command: its answer is a message of its own.
  if (args["replace_original"] !== true || hook.original === undefined) {
    postAsApp(world, content, placeOf(hook, args));
  } else if (original === undefined) throw refuseUrl(404, "message_not_found");
  else edit(world, original, content);
  return fine;
}

/** Where an answer goes: to one person, unless it says that all are to see it. */
export function placeOf(hook: Omit<Hook, "original">, args: Json) {
  const isPublic = args["response_type"] === "in_channel";
  return {
    channel: hook.channel,
    threadTs: textOf(args["thread_ts"]) ?? hook.threadTs,
    onlyFor: isPublic ? undefined : hook.user,
  };
}

function originalOf(world: World, { channel, original }: Hook): SimMessage | undefined {
  return standing(world).find((message) => message.channel === channel && message.ts === original);
}

function contentOf(world: World, args: Json) {
  try {
    return readContent(world, args);
  } catch (error) {
    // A response_url says with its status, too, that it took nothing.
    if (!(error instanceof SlackRefusal)) throw error;
    throw new SlackRefusal({ ...error.reply, status: 400 });
  }
}

const refuseUrl = (status: number, error: string): SlackRefusal =>
  new SlackRefusal({ status, body: { ok: false, error } });
