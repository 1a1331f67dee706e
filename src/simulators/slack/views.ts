import { structured } from "./arguments.ts";
import { stateOf } from "./element-values.ts";
import { withIds } from "./elements.ts";
import { isRecord, records, textOf, type Json } from "./json.ts";
import { refuse, refuseArguments } from "./reply.ts";
import { show, type SimView, type World } from "./world.ts";

/** How many modals may lie on one another: https://docs.slack.dev/surfaces/modals */
const deepest = 3;

/** Reads the view that an app gives. Refuses what Slack does not take. */
export function readView(world: World, args: Json, kind: SimView["kind"]): Json {
  const view = structured(args, "view");
  if (!isRecord(view)) throw refuseArguments(["must provide an object [json-pointer:/view]"]);
  const problems = viewProblems(world, view, kind);
  if (problems.length > 0) throw refuseArguments(problems);
  return view;
}

/** What is wrong with a view, in sentences. */
function viewProblems(world: World, view: Json, kind: SimView["kind"]): string[] {
  const wrongKind =
    view["type"] === kind ? [] : [`view must be of type "${kind}" [json-pointer:/view/type]`];
  const problems = world
    .validateView(view)
    .map(({ message, pointer }) => `${message} [json-pointer:/view${pointer}]`);
  return [...wrongKind, ...problems];
}

type Opened = { user: string; kind: SimView["kind"]; under?: SimView | undefined };

export function createView(world: World, content: Json, { user, kind, under }: Opened): SimView {
  const id = world.ids.next("V");
  return {
    ...{ id, kind, user, hash: newHash(world), filled: {} },
    content: contentOf(world, content),
    rootId: under?.rootId ?? id,
    previousId: under?.id,
  };
}

const contentOf = (world: World, content: Json): Json => ({
  ...structuredClone(content),
  blocks: withIds(content["blocks"], world.ids),
});

const newHash = (world: World): string =>
  `${String(Math.floor(world.clock.now() / 1000))}.${world.ids.secret(8)}`;

export const stackOf = (world: World, user: string): SimView[] => world.modals.get(user) ?? [];

/** Shows a modal alone, in place of all that were open. */
export function openModal(world: World, content: Json, user: string): SimView {
  const view = createView(world, content, { user, kind: "modal" });
  world.modals.set(user, [view]);
  showView(world, view);
  return view;
}

/** Lays a modal on the open ones. Refuses a fourth. */
export function pushModal(world: World, content: Json, user: string): SimView {
  const stack = stackOf(world, user);
  if (stack.length === 0) throw refuse("not_found");
  if (stack.length >= deepest) throw refuse("push_limit_reached");
  const view = createView(world, content, { user, kind: "modal", under: stack.at(-1) });
  stack.push(view);
  showView(world, view);
  return view;
}

/** Changes what a view shows; what was filled in stays where block and action stay. */
export function updateView(world: World, view: SimView, content: Json): void {
  view.content = contentOf(world, content);
  view.hash = newHash(world);
  showView(world, view);
}

export const showView = (world: World, view: SimView): void => show(world, view.kind, view.content);

export const blocksOf = (view: SimView): Json[] => records(view.content["blocks"]);

/** A view as the API and payloads show it. */
export function viewJson(world: World, view: SimView): Json {
  const { id, hash, content, rootId, previousId, kind } = view;
  const { app, team } = world.workspace;
  return {
    ...{ id, team_id: team.id, type: kind, blocks: blocksOf(view) },
    private_metadata: textOf(content["private_metadata"]) ?? "",
    callback_id: textOf(content["callback_id"]) ?? "",
    ...{ state: { values: stateOf(blocksOf(view), view.filled) }, hash },
    title: content["title"] ?? { type: "plain_text", text: "View Title", emoji: true },
    ...{ clear_on_close: content["clear_on_close"] === true },
    ...{ notify_on_close: content["notify_on_close"] === true },
    ...{ close: content["close"] ?? null, submit: content["submit"] ?? null },
    ...{ previous_view_id: previousId ?? null, root_view_id: rootId, app_id: app.id },
    external_id: textOf(content["external_id"]) ?? "",
    ...{ app_installed_team_id: team.id, bot_id: app.botId },
  };
}
