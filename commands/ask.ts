import type { ModalView } from "@slack/types";
import type { Caller } from "../src/core/actor.ts";
import type { Write } from "../src/core/ports/store.ts";
import type { SlackUser } from "../src/core/person.ts";
import type { Message } from "./message.ts";

/** An open modal that can be given other content. */
export type OpenModal = { update(view: ModalView): Promise<void> };

/** A person who asks for something, by whatever way they asked, and the ways to answer them. */
export type Ask = {
  caller: Caller;
  user: SlackUser;
  /** Where they asked; absent in App Home. */
  channel: string | undefined;
  /** The thread they asked in. */
  thread: string | undefined;
  /** The thopter that the thread is about. */
  threadThopter: string | undefined;
  via: "command" | "mention" | "button" | "form" | "home";
  /** The same for a request that Slack delivers twice: passed to the fleet as the key of what it starts. */
  key: string;
  /** That the request was carried out, for the commit that does so: the next hub does not repeat it. */
  carriedOut(): readonly Write[];
  /**
   * Comes before what cannot be repeated: a request that broke off after it is not run again when
   * Slack delivers it to the next hub, and its asker is told so.
   */
  onlyOnce(): Promise<void>;
  /** Aborts when the hub stops or the answer would come too late. */
  signal: AbortSignal;
  /** Shows something to the asker alone, where they asked. */
  whisper(message: Message): Promise<void>;
  /** Replaces the message with the pressed button, or the whisper it stands in; a whisper otherwise. */
  replace(message: Message): Promise<void>;
  /** Removes the message with the pressed button, where it is a whisper. */
  dismiss(): Promise<void>;
  /**
   * Opens a modal at once. A mention carries no permission to: then the answer is undefined, and
   * a whisper with a button that asks again is what to show instead.
   */
  openModal(view: ModalView): Promise<OpenModal | undefined>;
};

/** A pressed button, or a choice made in a message. */
export type Press = Ask & {
  /** What the button carries: an id, never a fact to be trusted. */
  value: string;
  /** The message it stands in; absent in modals and App Home. */
  message: { channel: string; ts: string; isEphemeral: boolean } | undefined;
};

/** Values of a submitted form, by action id: text, one choice, or several. */
export type FormValues = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Submission = Ask & {
  values: FormValues;
  /** The view's private_metadata. */ note: string;
};
