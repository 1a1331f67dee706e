import type { ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { UserError } from "../../src/core/errors.ts";
import type { Ask, OpenModal, Press, Submission } from "../ask.ts";
import type { Admitted } from "../identity/identity.ts";
import { slackCode } from "../receiving/slack-error.ts";
import type { FormRequest, Origin, PressRequest } from "../receiving/requests.ts";
import { noteOf, writeNote } from "../receiving/view-note.ts";
import type { Answers } from "./answers.ts";
import { contentOf, plainly } from "./answers.ts";
import type { Carried } from "./carried.ts";

export type AskParts = {
  origin: Origin;
  admitted: Admitted;
  via: Ask["via"];
  threadThopter: string | undefined;
  signal: AbortSignal;
  answers: Answers;
  client: WebClient;
  carried: Pick<Carried, "writes" | "begin">;
};

export function createAsk(parts: AskParts): Ask {
  const { origin, admitted, via, threadThopter, signal, answers, carried } = parts;
  return {
    caller: admitted.caller,
    user: admitted.user,
    channel: origin.channel,
    thread: origin.thread,
    threadThopter,
    via,
    key: origin.key,
    carriedOut: () => carried.writes(origin),
    onlyOnce: () => carried.begin(origin),
    signal,
    whisper: answers.whisper,
    replace: answers.whisper,
    dismiss: () => Promise.resolve(),
    openModal: (view) => openModal(parts, view, "open"),
  };
}

export function createPress(parts: AskParts, request: PressRequest): Press {
  const { answers, client } = parts;
  const { message, value, isInModal } = request;

  async function replace(content: Parameters<Press["replace"]>[0]): Promise<void> {
    if (message === undefined) return answers.whisper(content);
    if (await answers.replace(content)) return;
    if (message.isEphemeral) return answers.whisper(content);
    const { channel, ts } = message;
    await client.chat.update({ channel, ts, ...contentOf(content), ...plainly });
  }

  return {
    ...createAsk(parts),
    value,
    message,
    replace,
    async dismiss() {
      if (message?.isEphemeral === true) await answers.remove();
    },
    openModal: (view) => openModal(parts, view, isInModal ? "push" : "open"),
  };
}

export function createSubmission(parts: AskParts, request: FormRequest): Submission {
  return { ...createAsk(parts), values: request.values, note: request.note };
}

const tooLate = new Set(["expired_trigger_id", "exchanged_trigger_id", "trigger_expired"]);

async function openModal(
  { client, origin }: AskParts,
  view: ModalView,
  how: "open" | "push",
): Promise<OpenModal | undefined> {
  const { triggerId } = origin;
  if (triggerId === undefined) return undefined;
  const request = { trigger_id: triggerId, view: placed(view, origin) };
  try {
    const opened = await client.views[how](request);
    const id = opened.view?.id ?? "";
    return {
      async update(next) {
        await client.views.update({ view_id: id, view: placed(next, origin) });
      },
    };
  } catch (cause) {
    if (!tooLate.has(slackCode(cause) ?? "")) throw cause;
    throw new UserError(
      "Cannot open the form: Slack lets it be opened for three seconds only, and it took longer. Try again.",
      { code: "unavailable", cause },
    );
  }
}

/** A form says later where it was asked for, so that it can be answered there. */
function placed(view: ModalView, { channel, thread }: Origin): ModalView {
  const { words } = noteOf(view.private_metadata ?? "");
  return { ...view, private_metadata: writeNote({ words, channel, thread }) };
}
