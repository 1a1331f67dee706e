import type { Courier } from "./courier.ts";
import { escapeTyped } from "./escape.ts";
import type { EventDelivery, Events } from "./events.ts";
import { createFormActs, type FormActs } from "./form-acts.ts";
import { post, remove } from "./messages.ts";
import { commandPayload } from "./payloads.ts";
import { answerCommand, reactionOf, sendTo, type Reaction } from "./reaction.ts";
import { viewJson } from "./views.ts";
import type { SimChannel } from "./workspace.ts";
import type { SimMessage, World } from "./world.ts";

/** What one person can do in Slack. */
export type Person = FormActs & {
  /** Types a command. `channel` is a name, an id, or `@app` for the talk with the app. */
  command(command: string, text?: string, where?: { channel?: string }): Promise<Reaction>;
  /** Writes in a channel, naming the app first. */
  mention(channel: string, text: string, thread?: { threadTs?: string }): Promise<Written>;
  /** Writes to the app alone. */
  message(text: string, thread?: { threadTs?: string }): Promise<Written>;
  openHome(): Promise<EventDelivery>;
  /** Starts Slack anew: what only they saw, and what was open, is gone. */
  reload(): void;
};

export type Written = EventDelivery & { message: SimMessage };

type Ways = { world: World; courier: Courier; events: Events };

export function createPerson({ world, courier, events }: Ways, idOrName: string): Person {
  const { workspace } = world;
  const user = workspace.user(idOrName);
  if (user.deleted) throw new Error(`Cannot act as "${user.name}": the account is deactivated`);

  function roomOf(channel: string): SimChannel {
    const room = channel === "@app" ? workspace.direct(user.id) : workspace.channel(channel);
    if (room.members.has(user.id)) return room;
    throw new Error(`Cannot act as "${user.name}" in "${channel}": they are not in it`);
  }

  async function command(
    typed: string,
    text = "",
    { channel = "general" } = {},
  ): Promise<Reaction> {
    const room = roomOf(channel);
    const unsent = (trouble: string): Reaction => reactionOf(world, user.id, { trouble });
    if (!world.commands.has(typed)) return unsent("unknown_command");
    if (world.isDown) return unsent("slack_is_down");
    const escaped = escapeTyped(workspace, text.trim(), true);
    const payload = commandPayload(world, user, { command: typed, text: escaped, channel: room });
    const sent = await sendTo(courier, { kind: "slash_commands", payload, accepts: true });
    const { delivery, body } = sent;
    if (sent.trouble !== undefined) return reactionOf(world, user.id, sent);
    const answer = answerCommand(world, { channel: room.id, user: user.id }, body);
    return reactionOf(world, user.id, { delivery, ...answer });
  }

  function write(room: SimChannel, text: string, threadTs: string | undefined): SimMessage {
    const where = { channel: room.id, threadTs, onlyFor: undefined };
    return post(world, { text, blocks: [] }, { ...where, user: user.id, isFromApp: false });
  }

  function eventOf({ text, ts, channel, threadTs }: SimMessage) {
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    const source = { user: user.id, team: user.teamId, channel, event_ts: ts };
    return { text, ts, client_msg_id: world.ids.secret(32), ...source, ...thread };
  }

  async function mention(channel: string, text: string, { threadTs }: { threadTs?: string } = {}) {
    const room = roomOf(channel);
    const { botUser } = workspace.app;
    const typed = escapeTyped(workspace, text, false);
    const written = write(room, `<@${botUser.id}> ${typed}`.trim(), threadTs);
    const isHeard = room.kind !== "im" && room.members.has(botUser.id);
    const event = { type: "app_mention", ...eventOf(written) };
    const sent = await events.emit(isHeard ? "app_mention" : "not in the channel", event);
    return Object.assign(sent, { message: written });
  }

  async function message(text: string, { threadTs }: { threadTs?: string } = {}) {
    const written = write(roomOf("@app"), escapeTyped(workspace, text, false), threadTs);
    const event = { type: "message", channel_type: "im", ...eventOf(written) };
    return Object.assign(await events.emit("message.im", event), { message: written });
  }

  function openHome(): Promise<EventDelivery> {
    const home = world.homes.get(user.id);
    const view = home === undefined ? {} : { view: viewJson(world, home) };
    return events.emit("app_home_opened", {
      ...{ type: "app_home_opened", user: user.id, tab: "home", ...view },
      ...{ channel: workspace.direct(user.id).id, event_ts: String(world.clock.now() / 1000) },
    });
  }

  function reload(): void {
    for (const seen of world.messages) if (seen.onlyFor === user.id) remove(world, seen);
    world.modals.delete(user.id);
  }

  const acts = createFormActs({ world, courier, user });
  return { command, mention, message, openHome, reload, ...acts };
}
