import { z } from "zod";
import type { Person } from "../person.ts";
import type { Surface } from "../payloads.ts";
import type { Reaction } from "../reaction.ts";
import type { Reading } from "../reading.ts";
import type { Workspace } from "../workspace.ts";
import type { SimView } from "../world.ts";

/** What the page needs of the simulator. */
export type Acting = Reading & { workspace: Workspace; as(user: string): Person };

const given = z.union([z.string(), z.array(z.string())]);
const target = {
  user: z.string(),
  /** A message by its channel and time, or a view by its id. */
  channel: z.string().exactOptional(),
  ts: z.string().exactOptional(),
  view: z.string().exactOptional(),
  block: z.string(),
  action: z.string(),
};

/** What a person does on the page. */
export const actSchema = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("type"),
    user: z.string(),
    channel: z.string(),
    text: z.string(),
    /** The time of the message below which it is written. */
    thread: z.string().exactOptional(),
  }),
  z.strictObject({ do: z.literal("home"), user: z.string() }),
  z.strictObject({ do: z.literal("click"), ...target, value: z.string().exactOptional() }),
  z.strictObject({ do: z.literal("select"), ...target, given }),
  z.strictObject({ do: z.literal("suggest"), ...target, query: z.string() }),
  z.strictObject({
    ...{ do: z.literal("submit"), user: z.string(), view: z.string() },
    values: z.array(z.strictObject({ block: z.string(), action: z.string(), given })),
  }),
  z.strictObject({ do: z.literal("close"), user: z.string(), view: z.string() }),
]);
type Act = z.infer<typeof actSchema>;
type Said = { trouble?: string | undefined; errors?: Record<string, string> };

/** Does it, and says what the person is to be told. */
export async function perform(simulator: Acting, act: Act): Promise<Said> {
  const person = simulator.as(act.user);
  switch (act.do) {
    case "type":
      return typed(person, act);
    case "home":
      await person.openHome();
      return {};
    case "click":
      return said(await person.click(surfaceOf(simulator, act), whichOf(act)));
    case "select":
      return said(await person.select(surfaceOf(simulator, act), whichOf(act), act.given));
    case "suggest": {
      const { trouble } = await person.suggest(surfaceOf(simulator, act), whichOf(act), act.query);
      return { trouble };
    }
    case "submit": {
      const view = viewOf(simulator, act.user, act.view);
      for (const one of act.values) person.fill(view, whichOf(one), one.given);
      return said(await person.submit(view));
    }
    case "close":
      return said(await person.closeView(viewOf(simulator, act.user, act.view)));
  }
}

type Typed = { channel: string; text: string; thread?: string };

async function typed(person: Person, { channel, text, thread }: Typed): Promise<Said> {
  const [command = "", ...rest] = text.trim().split(" ");
  const where = thread === undefined ? {} : { threadTs: thread };
  if (command.startsWith("/")) {
    if (thread !== undefined) return { trouble: "Slack takes no commands in threads." };
    return said(await person.command(command, rest.join(" "), { channel }));
  }
  if (channel === "@app") await person.message(text, where);
  else if (text.startsWith("@thopter")) {
    await person.mention(channel, text.replace(/^@thopter\s*/, ""), where);
  } else return { trouble: 'The app hears what begins with "@thopter" or with a command.' };
  return {};
}

const said = ({ trouble, errors }: Reaction): Said => ({ trouble, errors });

type Pointed = { block: string; action: string; value?: string };

const whichOf =
  ({ block, action, value }: Pointed) =>
  (element: Record<string, unknown>, at: { blockId: string; actionId: string }): boolean =>
    at.blockId === block &&
    at.actionId === action &&
    (value === undefined || element["value"] === undefined || element["value"] === value);

type Where = { user: string; channel?: string; ts?: string; view?: string };

function surfaceOf(simulator: Acting, { user, channel, ts, view }: Where): Surface {
  if (channel === undefined) return viewOf(simulator, user, view ?? "");
  const all = [...simulator.messages(channel), ...simulator.ephemerals(user, channel)];
  const found = all.find((message) => message.ts === ts);
  if (found === undefined) throw new Error("Cannot act on the message: it is gone");
  return found;
}

function viewOf(simulator: Acting, user: string, id: string): SimView {
  const found = [...simulator.views(user), simulator.home(user)].find((view) => view?.id === id);
  if (found === undefined) throw new Error("Cannot act on the view: it is closed");
  return found;
}
