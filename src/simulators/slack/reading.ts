import { standing } from "./messages.ts";
import { stackOf } from "./views.ts";
import type { ApiCall, Shown, SimMessage, SimView, World } from "./world.ts";

/** What a test or a page can see. All of it is a copy of how things are now. */
export type Reading = {
  /** What stands in a channel for all, oldest first. */
  messages(channel: string): SimMessage[];
  /** What one person alone sees in a channel. */
  ephemerals(user: string, channel: string): SimMessage[];
  /** The open modals of a person, the top one last. */
  views(user: string): SimView[];
  home(user: string): SimView | undefined;
  /** The calls of one method, or all, in order. */
  calls(method?: string): ApiCall[];
  /** Every message and view there ever was. */
  shown(): Shown[];
};

export function createReading(world: World): Reading {
  const { workspace } = world;

  function inChannel(channel: string, onlyFor: string | undefined): SimMessage[] {
    const { id } = workspace.channel(channel);
    const seen = standing(world).filter((one) => one.channel === id && one.onlyFor === onlyFor);
    return structuredClone(seen);
  }

  return {
    messages: (channel) => inChannel(channel, undefined),
    ephemerals: (user, channel) => inChannel(channel, workspace.user(user).id),
    views: (user) => structuredClone(stackOf(world, workspace.user(user).id)),
    home: (user) => structuredClone(world.homes.get(workspace.user(user).id)),
    calls: (method) =>
      structuredClone(world.calls.filter((call) => method === undefined || call.method === method)),
    shown: () => structuredClone(world.shown),
  };
}
