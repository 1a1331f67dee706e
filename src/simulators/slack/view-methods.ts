import { requiredText } from "./arguments.ts";
import { textOf, type Json } from "./json.ts";
import { method, type Method } from "./method.ts";
import { refuse, refuseArguments } from "./reply.ts";
import {
  createView,
  openModal,
  pushModal,
  readView,
  showView,
  updateView,
  viewJson,
} from "./views.ts";
import type { SimView, World } from "./world.ts";

export const viewMethods: Readonly<Record<string, Method>> = {
  "views.open": method([], 4, openView),
  "views.push": method([], 4, push),
  "views.update": method([], 4, update),
  "views.publish": method([], 4, publish),
};

// What is wrong with the view is said before the trigger is used.
function openView(world: World, args: Json): Json {
  const content = readView(world, args, "modal");
  checkExternalId(world, content);
  const { user } = world.triggers.exchange(requiredText(args, "trigger_id"));
  return { view: viewJson(world, openModal(world, content, user)) };
}

function push(world: World, args: Json): Json {
  const content = readView(world, args, "modal");
  checkExternalId(world, content);
  const { user, viewId } = world.triggers.exchange(requiredText(args, "trigger_id"));
  // A push belongs to a modal: what happened outside of one cannot lay another on it.
  if (viewId === undefined) throw refuse("not_found");
  return { view: viewJson(world, pushModal(world, content, user)) };
}

function update(world: World, args: Json): Json {
  const view = find(world, args);
  checkHash(view, args);
  updateView(world, view, readView(world, args, view.kind));
  return { view: viewJson(world, view) };
}

function find(world: World, args: Json): SimView {
  const id = textOf(args["view_id"]);
  const externalId = textOf(args["external_id"]);
  if (id === undefined && externalId === undefined) {
    throw refuseArguments(["missing required field: view_id"]);
  }
  const open = [...world.modals.values()].flat();
  const found = [...open, ...world.homes.values()].find(
    (view) => view.id === id || (id === undefined && view.content["external_id"] === externalId),
  );
  if (found === undefined) throw refuse("not_found");
  return found;
}

function publish(world: World, args: Json): Json {
  const user = requiredText(args, "user_id");
  const content = readView(world, args, "home");
  const person = world.workspace.users.get(user);
  if (person === undefined) throw refuseArguments(["user_id is not valid"]);
  const present = world.homes.get(user);
  if (present === undefined) {
    const view = createView(world, content, { user, kind: "home" });
    world.homes.set(user, view);
    showView(world, view);
    return { view: viewJson(world, view) };
  }
  checkHash(present, args);
  updateView(world, present, content);
  return { view: viewJson(world, present) };
}

function checkHash(view: SimView, args: Json): void {
  const hash = textOf(args["hash"]);
  if (hash !== undefined && hash !== view.hash) throw refuse("hash_conflict");
}

function checkExternalId(world: World, content: Json): void {
  const id = textOf(content["external_id"]);
  const isTaken = [...world.modals.values()]
    .flat()
    .some((view) => id !== undefined && view.content["external_id"] === id);
  if (isTaken) throw refuse("duplicate_external_id");
}
