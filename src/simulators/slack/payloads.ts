import type { Element } from "./elements.ts";
import { stateOf } from "./element-values.ts";
import type { Json } from "./json.ts";
import { showMessage } from "./messages.ts";
import { viewJson } from "./views.ts";
import type { SimChannel, SimUser } from "./workspace.ts";
import { nextStamp, type SimMessage, type SimView, type World } from "./world.ts";

/** What is acted on. */
export type Surface = SimMessage | SimView;

export const isMessage = (surface: Surface): surface is SimMessage => "ts" in surface;

/** What every interaction begins with. */
function common(world: World, type: string, user: SimUser): Json {
  const { team, app } = world.workspace;
  return {
    ...{ type, token: "unused", api_app_id: app.id },
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    team: { id: team.id, domain: team.domain },
    ...{ enterprise: null, is_enterprise_install: false },
  };
}

export function commandPayload(
  world: World,
  user: SimUser,
  typed: { command: string; text: string; channel: SimChannel },
): Json {
  const { command, text, channel } = typed;
  const { team, app } = world.workspace;
  const shownNames = { im: "directmessage", private: "privategroup", public: channel.name };
  const hook = { channel: channel.id, user: user.id, threadTs: undefined, original: undefined };
  return {
    ...{ token: "unused", team_id: user.teamId, team_domain: team.domain },
    ...{ channel_id: channel.id, channel_name: shownNames[channel.kind] },
    ...{ user_id: user.id, user_name: user.name, command, text, api_app_id: app.id },
    is_enterprise_install: "false",
    response_url: world.baseUrl + world.responseUrls.issue("commands", hook),
    trigger_id: world.triggers.issue({ user: user.id, viewId: undefined }),
  };
}

type Acted = { surface: Surface; target: Element; value: Json };

export function actionPayload(world: World, user: SimUser, acted: Acted): Json {
  const { surface, target, value } = acted;
  const { actionId: action_id, blockId: block_id } = target;
  const stamp = { action_ts: nextStamp(world) };
  const viewId = isMessage(surface) ? undefined : surface.id;
  return {
    ...common(world, "block_actions", user),
    ...where(world, user, surface),
    ...responseUrl(world, user, surface),
    trigger_id: world.triggers.issue({ user: user.id, viewId }),
    actions: [{ action_id, block_id, ...value, ...stamp }],
  };
}

type Asked = { surface: Surface; target: Element; query: string };

export function suggestionPayload(world: World, user: SimUser, asked: Asked): Json {
  const { target, surface, query } = asked;
  return {
    ...common(world, "block_suggestion", user),
    ...where(world, user, surface),
    ...{ action_id: target.actionId, block_id: target.blockId, value: query },
  };
}

function where(world: World, user: SimUser, surface: Surface): Json {
  if (!isMessage(surface)) {
    return { container: { type: "view", view_id: surface.id }, view: viewJson(world, surface) };
  }
  const { channel: id, ts, onlyFor, threadTs, blocks, filled } = surface;
  const isEphemeral = onlyFor !== undefined;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  const container = { type: "message", message_ts: ts, channel_id: id, is_ephemeral: isEphemeral };
  return {
    container: { ...container, ...thread },
    channel: { id, name: world.workspace.channels.get(id)?.name ?? "" },
    // What one person alone sees is not sent back.
    ...(isEphemeral ? {} : { message: showMessage(world, surface) }),
    state: { values: stateOf(blocks, filled[user.id] ?? {}) },
  };
}

function responseUrl(world: World, user: SimUser, surface: Surface): Json {
  if (!isMessage(surface)) return {};
  const { channel, ts, threadTs } = surface;
  const hook = { channel, user: user.id, threadTs, original: ts };
  return { response_url: world.baseUrl + world.responseUrls.issue("actions", hook) };
}

export function submissionPayload(world: World, user: SimUser, view: SimView): Json {
  return {
    ...common(world, "view_submission", user),
    trigger_id: world.triggers.issue({ user: user.id, viewId: view.id }),
    ...{ view: viewJson(world, view), response_urls: [] },
  };
}

export function closedPayload(
  world: World,
  user: SimUser,
  closed: { view: SimView; isCleared: boolean },
): Json {
  const view = viewJson(world, closed.view);
  return { ...common(world, "view_closed", user), view, is_cleared: closed.isCleared };
}
