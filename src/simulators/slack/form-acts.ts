import type { Courier } from "./courier.ts";
import type { Given } from "./element-values.ts";
import { dispatches, isInput, type Element } from "./elements.ts";
import { fillIn, filledBy, findElement, mistakesIn, type Which } from "./filling.ts";
import { records, type Json } from "./json.ts";
import {
  actionPayload,
  closedPayload,
  isMessage,
  submissionPayload,
  suggestionPayload,
  type Surface,
} from "./payloads.ts";
import { answerSubmission, reactionOf, sendTo, type Reaction } from "./reaction.ts";
import { stackOf } from "./views.ts";
import type { SimUser } from "./workspace.ts";
import { changed, type SimMessage, type SimView, type World } from "./world.ts";

/** What an external select offers. */
export type Suggested = { options: Json[]; trouble: string | undefined };

/** What a person can do with blocks. */
export type FormActs = {
  click(surface: Surface, which: Which, options?: { value?: string }): Promise<Reaction>;
  /** Fills in or chooses; nobody is told before the form is sent. */
  fill(surface: Surface, which: Which, given: Given): void;
  /** The same, and tells the app where the element does so at once. */
  select(surface: Surface, which: Which, given: Given): Promise<Reaction>;
  /** What an external select offers for what was typed into it. */
  suggest(surface: Surface, which: Which, query: string): Promise<Suggested>;
  /** Fills in a form by action or block, and sends it. */
  submit(view: SimView, values?: Readonly<Record<string, Given>>): Promise<Reaction>;
  closeView(view: SimView): Promise<Reaction>;
};
type Around = { world: World; courier: Courier; user: SimUser };

/** What a person does with the blocks that they see. */
export function createFormActs({ world, courier, user }: Around): FormActs {
  const react = (parts: Partial<Reaction>): Reaction => reactionOf(world, user.id, parts);
  const interactive = (payload: Json, accepts: boolean) =>
    sendTo(courier, { kind: "interactive", payload, accepts });

  // What was seen may have changed since; what was filled in is kept with what stands now.
  function live(surface: Surface): Surface {
    const id = isMessage(surface) ? surface.ts : surface.id;
    const found = isMessage(surface)
      ? world.messages.find(({ ts, channel }) => ts === id && channel === surface.channel)
      : [...stackOf(world, user.id), world.homes.get(user.id)].find((view) => view?.id === id);
    if (found === undefined) throw new Error(`Cannot act on "${id}": it is not open`);
    if (isMessage(found) && !maySee(found)) throw new Error(`Cannot see "${id}": it is not theirs`);
    return found;
  }

  function maySee({ channel, onlyFor }: SimMessage): boolean {
    const isIn = world.workspace.channels.get(channel)?.members.has(user.id) === true;
    return isIn && (onlyFor === undefined || onlyFor === user.id);
  }

  async function act(surface: Surface, target: Element, value: Json): Promise<Reaction> {
    if (world.isDown) return react({ trouble: "slack_is_down" });
    const payload = actionPayload(world, user, { surface: live(surface), target, value });
    return react(await interactive(payload, false));
  }

  async function click(surface: Surface, which: Which, { value }: { value?: string } = {}) {
    const target = findElement(surface, which);
    const { type, text, style, value: own } = target.element;
    const said = value ?? own;
    return act(surface, target, {
      ...{ type, text },
      ...(style === undefined ? {} : { style }),
      ...(said === undefined ? {} : { value: said }),
    });
  }

  function fill(surface: Surface, which: Which, given: Given): void {
    const values = filledBy(live(surface), user.id);
    fillIn(world, { target: findElement(surface, which), values }, given);
  }

  async function select(surface: Surface, which: Which, given: Given): Promise<Reaction> {
    const target = findElement(surface, which);
    const values = filledBy(live(surface), user.id);
    const value = fillIn(world, { target, values }, given);
    if (isInput(target) && !dispatches(target)) return react({});
    return act(surface, target, value);
  }

  async function suggest(surface: Surface, which: Which, query: string): Promise<Suggested> {
    const target = findElement(surface, which);
    const payload = suggestionPayload(world, user, { surface: live(surface), target, query });
    const { body, trouble } = await interactive(payload, true);
    const groups = records(body["option_groups"]).flatMap((group) => records(group["options"]));
    const options = [...records(body["options"]), ...groups];
    if (options.length > 100) return { options: [], trouble: "too_many_options" };
    world.suggested.set(target.actionId, options);
    return { options, trouble };
  }

  function openView({ id }: SimView): SimView {
    const view = stackOf(world, user.id).at(-1);
    if (view?.id !== id) throw new Error(`Cannot use the modal "${id}": it is not on top`);
    return view;
  }

  async function submit(seen: SimView, values: Readonly<Record<string, Given>> = {}) {
    const view = openView(seen);
    for (const [which, given] of Object.entries(values)) fill(view, which, given);
    const errors = mistakesIn(view);
    if (Object.keys(errors).length > 0) return react({ errors });
    if (world.isDown) return react({ trouble: "slack_is_down" });
    const { body, ...sent } = await interactive(submissionPayload(world, user, view), true);
    if (sent.trouble !== undefined) return react(sent);
    return react({ ...sent, ...answerSubmission(world, view, body) });
  }

  async function closeView(seen: SimView): Promise<Reaction> {
    const view = openView(seen);
    const stack = stackOf(world, user.id);
    const isCleared = view.content["clear_on_close"] === true;
    const closed = isCleared ? stack.splice(0).toReversed() : stack.splice(-1);
    changed(world);
    const told = closed.filter(({ content }) => content["notify_on_close"] === true);
    let last: Partial<Reaction> = {};
    for (const one of told) {
      last = await interactive(closedPayload(world, user, { view: one, isCleared }), false);
    }
    return react(last);
  }

  return { click, fill, select, suggest, submit, closeView };
}
