import type { Courier } from "./courier.ts";
import type { Delivery, Outgoing } from "./delivery.ts";
import { isRecord, textOf, type Json } from "./json.ts";
import { postAsApp, readContent } from "./messages.ts";
import { SlackRefusal } from "./reply.ts";
import { placeOf } from "./respond.ts";
import { pushModal, readView, stackOf, updateView } from "./views.ts";
import { changed, type SimMessage, type SimView, type World } from "./world.ts";

/** What a person sees after they did something. */
export type Reaction = {
  /** What Slack says when the app did not do its part, as `operation_timeout`. */
  trouble: string | undefined;
  /** The message that the answer itself was. */
  message: SimMessage | undefined;
  /** What is wrong in a form, by block. */
  errors: Record<string, string>;
  /** The modal on top now. */
  view: SimView | undefined;
  /** How it went to the app; undefined where Slack did not send it. */
  delivery: Delivery | undefined;
};

export function reactionOf(
  world: World,
  user: string,
  { delivery, ...more }: Partial<Reaction>,
): Reaction {
  const { trouble, message, errors = {} } = more;
  const view = stackOf(world, user).at(-1);
  return { trouble, message, errors, delivery, view: view && structuredClone(view) };
}

type Sent = { delivery: Delivery; body: Json; trouble?: string };

/** Sends something a person did, and says what went wrong, in Slack's words. */
export async function sendTo(courier: Courier, outgoing: Outgoing): Promise<Sent> {
  const delivery = await courier.deliver(outgoing);
  const { outcome } = delivery;
  if (outcome.status === "acknowledged") return { delivery, body: outcome.body ?? {} };
  const isLate = outcome.reason === "http_timeout";
  return { delivery, body: {}, trouble: isLate ? "operation_timeout" : "dispatch_failed" };
}

type Asker = { channel: string; user: string };

/** The message that an answer to a command makes, if it says anything. */
export function answerCommand(
  world: World,
  { channel, user }: Asker,
  body: Json,
): Pick<Reaction, "trouble" | "message"> {
  const isSilent = textOf(body["text"]) === undefined && body["blocks"] === undefined;
  if (isSilent) return { trouble: undefined, message: undefined };
  const place = placeOf({ channel, user, threadTs: undefined }, body);
  return orTrouble(() => postAsApp(world, readContent(world, body), place));
}

function orTrouble(make: () => SimMessage): Pick<Reaction, "trouble" | "message"> {
  try {
    return { trouble: undefined, message: make() };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return { trouble: String(error.reply.body["error"]), message: undefined };
  }
}

/** What the answer to a form does to the open modals. */
export function answerSubmission(
  world: World,
  view: SimView,
  body: Json,
): Pick<Reaction, "trouble" | "errors"> {
  try {
    return { trouble: undefined, errors: follow(world, view, body) };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return { trouble: "invalid_response", errors: {} };
  }
}

function follow(world: World, view: SimView, body: Json): Record<string, string> {
  const stack = stackOf(world, view.user);
  switch (body["response_action"]) {
    case "errors":
      return errorsOf(view, body["errors"]);
    case "clear":
      stack.length = 0;
      break;
    case "update":
      updateView(world, view, readView(world, body, "modal"));
      break;
    case "push":
      pushModal(world, readView(world, body, "modal"), view.user);
      break;
    default:
      stack.splice(stack.indexOf(view), 1);
  }
  changed(world);
  return {};
}

function errorsOf(view: SimView, given: unknown): Record<string, string> {
  const blocks = Array.isArray(view.content["blocks"]) ? view.content["blocks"] : [];
  const errors = Object.entries(isRecord(given) ? given : {});
  const known = errors.every(([blockId]) =>
    blocks.some(
      (block: unknown) =>
        isRecord(block) && block["type"] === "input" && block["block_id"] === blockId,
    ),
  );
  const isReadable = errors.length > 0 && known;
  // Errors on no input cannot be shown: the form says that it had trouble.
  if (!isReadable) throw new SlackRefusal({ status: 200, body: { error: "invalid_errors" } });
  return Object.fromEntries(errors.map(([blockId, text]) => [blockId, String(text)]));
}
