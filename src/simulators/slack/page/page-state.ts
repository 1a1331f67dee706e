import { elementsIn } from "../elements.ts";
import { isRecord, records, textOf, type Json } from "../json.ts";
import type { RenderBlocks } from "../options.ts";
import type { Workspace } from "../workspace.ts";
import type { SimMessage, SimView } from "../world.ts";
import type { Acting } from "./acts.ts";

type Asked = {
  user: string;
  channel: string;
  renderBlocks: RenderBlocks;
  suggested: ReadonlyMap<string, Json[]>;
};

type Looking = Asked & { names: Readonly<Record<string, string>> };

/** All that one person sees in one channel; what is HTML in it is safe. */
export function pageState(simulator: Acting, asked: Asked): Json {
  const { workspace } = simulator;
  const people = [...workspace.users.values()].filter(({ isBot, deleted }) => !isBot && !deleted);
  const me = people.find(({ id }) => id === asked.user) ?? people[0];
  if (me === undefined) return { people: [], channels: [], messages: [], modals: [] };
  const mine = [...workspace.channels.values()].filter(
    ({ members, kind }) => members.has(me.id) && kind !== "im",
  );
  const direct = workspace.direct(me.id);
  const here = mine.find(({ id }) => id === asked.channel) ?? direct;
  const all = [...simulator.messages(here.id), ...simulator.ephemerals(me.id, here.id)];
  const home = simulator.home(me.id);
  const looking = { ...asked, names: namesIn(workspace) };
  return {
    ...{ user: me.id, channel: here.id, isDirect: here === direct },
    people: people.map(({ id, realName }) => ({ id, name: realName })),
    channels: [
      ...mine.map(({ id, name }) => ({ id, name: `#${name}` })),
      { id: direct.id, name: "Thopter (direct)" },
    ],
    messages: all
      .toSorted((one, other) => placeOf(one).localeCompare(placeOf(other)))
      .map((message) => messageState(simulator, looking, message)),
    modals: simulator.views(me.id).map((view) => viewState(looking, view)),
    home: home === undefined ? null : viewState(looking, home),
  };
}

function namesIn({ users, channels, groups }: Workspace): Record<string, string> {
  return Object.fromEntries([
    ...[...users.values(), ...channels.values()].map(({ id, name }) => [id, name] as const),
    ...[...groups.values()].map(({ id, handle }) => [id, handle] as const),
  ]);
}

/** A thread stands below the message that it began with. */
function placeOf({ ts, threadTs }: SimMessage): string {
  return `${threadTs ?? ts}|${ts}`;
}

function messageState({ workspace }: Acting, looking: Looking, message: SimMessage): Json {
  const { ts, channel, user, text, blocks, onlyFor, threadTs, versions } = message;
  const shown = blocks.length > 0 ? blocks : [{ type: "section", text: { type: "mrkdwn", text } }];
  return {
    ...{ ts, channel, author: workspace.users.get(user)?.realName ?? user },
    ...{ isOnlyMine: onlyFor !== undefined, isInThread: threadTs !== undefined },
    thread: threadTs ?? ts,
    isEdited: versions.length > 1,
    html: looking.renderBlocks(shown, { interactive: true, names: looking.names }),
  };
}

function viewState({ renderBlocks, suggested, names }: Looking, view: SimView): Json {
  const blocks = records(view.content["blocks"]);
  // The first search is in the select itself, later ones are beside what it then offers.
  const external = elementsIn(blocks).filter(
    ({ element, actionId }) =>
      String(element["type"]).includes("external_select") && suggested.has(actionId),
  );
  return {
    id: view.id,
    title: wordsOf(view.content["title"]),
    submit: wordsOf(view.content["submit"]),
    close: wordsOf(view.content["close"]) ?? "Close",
    searches: external.map(({ blockId, actionId }) => ({ block: blockId, action: actionId })),
    html: renderBlocks(withOffered(blocks, suggested), { interactive: true, names }),
  };
}

const wordsOf = (text: unknown): string | undefined =>
  isRecord(text) ? textOf(text["text"]) : undefined;

/** What the app has offered stands in an external select as if it had always been there. */
function withOffered(blocks: Json[], suggested: ReadonlyMap<string, Json[]>): Json[] {
  const copy = structuredClone(blocks);
  for (const { element, actionId } of elementsIn(copy)) {
    const options = suggested.get(actionId);
    if (options === undefined) continue;
    element["type"] = String(element["type"]).replace("external", "static");
    element["options"] = options;
  }
  return copy;
}
