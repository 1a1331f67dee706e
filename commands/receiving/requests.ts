import { z } from "zod";
import type { FormValues } from "../ask.ts";
import { valuesOf, viewState } from "./form-values.ts";
import { noteOf } from "./view-note.ts";

/** Who asks from where, as the request itself says it: to be checked before it is believed. */
export type Origin = {
  userId: string;
  /** Every workspace that the request names, of itself and of its user. */
  teamIds: readonly string[];
  channel: string | undefined;
  thread: string | undefined;
  /** The same when Slack delivers the request again. */
  key: string;
  responseUrl?: string | undefined;
  triggerId?: string | undefined;
};

export type CommandRequest = Origin & { text: string };
export type TextRequest = Origin & { text: string };
export type PressRequest = Origin & {
  id: string;
  value: string;
  message: { channel: string; ts: string; isEphemeral: boolean } | undefined;
  isInModal: boolean;
  isLink: boolean;
};
export type MenuRequest = Origin & { id: string; typed: string };
export type FormRequest = Origin & { id: string; values: FormValues; note: string };

const id = z.string().min(1).max(100);
const team = z.object({ id }).nullish();
const user = z.object({ id, team_id: id.nullish() });

const command = z.object({
  team_id: id,
  user_id: id,
  channel_id: id,
  text: z.string().default(""),
  response_url: z.string().optional(),
  trigger_id: z.string().min(1),
});

export function readCommand(body: unknown): CommandRequest {
  const read = command.parse(body);
  return {
    userId: read.user_id,
    teamIds: [read.team_id],
    channel: read.channel_id,
    thread: undefined,
    key: `slack:${read.trigger_id}`,
    responseUrl: read.response_url,
    triggerId: read.trigger_id,
    text: read.text,
  };
}

const option = z.object({ value: z.string() });
const action = z.object({
  action_id: z.string(),
  action_ts: z.string().default(""),
  value: z.string().optional(),
  url: z.string().optional(),
  selected_option: option.nullish(),
  selected_options: z.array(option).nullish(),
  selected_user: z.string().nullish(),
  selected_conversation: z.string().nullish(),
  selected_channel: z.string().nullish(),
});
const container = z.object({
  message_ts: z.string().optional(),
  channel_id: id.optional(),
  thread_ts: z.string().optional(),
  is_ephemeral: z.boolean().default(false),
});
const view = z.object({
  id: z.string(),
  hash: z.string().default(""),
  callback_id: z.string().default(""),
  type: z.string().default("modal"),
  private_metadata: z.string().default(""),
  state: viewState.nullish(),
});
const press = z.object({
  team,
  user,
  channel: z.object({ id }).nullish(),
  container: container.default({ is_ephemeral: false }),
  actions: z.array(action).min(1),
  message: z.object({ thread_ts: z.string().optional() }).nullish(),
  view: view.nullish(),
  response_url: z.string().optional(),
  trigger_id: z.string().optional(),
});

export function readPress(body: unknown): PressRequest {
  const read = press.parse(body);
  // `min(1)` saw that there is one.
  const done = read.actions[0]!;
  const { container: from } = read;
  const note = noteOf(read.view?.type === "modal" ? read.view.private_metadata : "");
  const channel = read.channel?.id ?? from.channel_id;
  const ts = from.message_ts;
  return {
    userId: read.user.id,
    teamIds: teamsOf(read.team, read.user),
    channel: channel ?? note.channel,
    thread: from.thread_ts ?? read.message?.thread_ts ?? note.thread,
    key: `slack:${ts ?? read.view?.id ?? ""}:${done.action_id}:${done.action_ts}`,
    responseUrl: read.response_url,
    triggerId: read.trigger_id,
    id: done.action_id,
    value: valueOf(done),
    message:
      ts === undefined || channel === undefined
        ? undefined
        : { channel, ts, isEphemeral: from.is_ephemeral },
    isInModal: read.view?.type === "modal",
    isLink: done.url !== undefined,
  };
}

function valueOf(done: z.output<typeof action>): string {
  const several = done.selected_options?.map(({ value }) => value).join(",");
  const one = done.value ?? done.selected_option?.value ?? several;
  return one ?? done.selected_user ?? done.selected_conversation ?? done.selected_channel ?? "";
}

const menu = z.object({
  team,
  user,
  channel: z.object({ id }).nullish(),
  container: container.default({ is_ephemeral: false }),
  action_id: z.string(),
  value: z.string().default(""),
  view: view.nullish(),
});

export function readMenu(body: unknown): MenuRequest {
  const read = menu.parse(body);
  const note = noteOf(read.view?.private_metadata ?? "");
  return {
    userId: read.user.id,
    teamIds: teamsOf(read.team, read.user),
    channel: read.channel?.id ?? read.container.channel_id ?? note.channel,
    thread: note.thread,
    key: "slack:menu",
    id: read.action_id,
    typed: read.value,
  };
}

const form = z.object({ team, user, view, trigger_id: z.string().optional() });

export function readForm(body: unknown): FormRequest {
  const read = form.parse(body);
  const note = noteOf(read.view.private_metadata);
  return {
    userId: read.user.id,
    teamIds: teamsOf(read.team, read.user),
    channel: note.channel,
    thread: note.thread,
    key: `slack:${read.view.id}:${read.view.hash}`,
    triggerId: read.trigger_id,
    id: read.view.callback_id,
    values: valuesOf(read.view.state),
    note: note.words,
  };
}

function teamsOf(own: z.output<typeof team>, asker: z.output<typeof user>): string[] {
  return [own?.id, asker.team_id].filter((each) => each !== undefined && each !== null);
}
