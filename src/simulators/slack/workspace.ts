import type { Ids } from "./ids.ts";

export type SimUser = {
  id: string;
  name: string;
  realName: string;
  teamId: string;
  isAdmin: boolean;
  /** A guest who sees some channels. */
  isRestricted: boolean;
  /** A guest who sees one channel. */
  isUltraRestricted: boolean;
  isBot: boolean;
  deleted: boolean;
};

export type SimChannel = {
  id: string;
  name: string;
  kind: "public" | "private" | "im";
  members: Set<string>;
  isArchived: boolean;
};

export type SimGroup = { id: string; handle: string; members: string[]; isDisabled: boolean };

export type Workspace = {
  team: { id: string; domain: string; name: string };
  app: { id: string; botId: string; botUser: SimUser };
  users: Map<string, SimUser>;
  channels: Map<string, SimChannel>;
  groups: Map<string, SimGroup>;
  addUser(user: Partial<SimUser> & { name: string }): SimUser;
  addChannel(channel: NewChannel): SimChannel;
  addGroup(group: { handle: string; members: readonly string[] }): SimGroup;
  /** By id or name. Throws where there is none. */
  user(idOrName: string): SimUser;
  /** By id or name, with or without `#`. Throws where there is none. */
  channel(idOrName: string): SimChannel;
  /** The conversation of the app with one person, made where there is none yet. */
  direct(userId: string): SimChannel;
};

type NewChannel = {
  name: string;
  /** Ids or names. */
  members?: readonly string[];
  isPrivate?: boolean;
  isArchived?: boolean;
  /** Whether the app is in it; it is unless this says otherwise. */
  withApp?: boolean;
};

/** A workspace with the app installed, and nobody else in it. */
export function createWorkspace(ids: Ids): Workspace {
  const team = { id: ids.next("T"), domain: "fleet-team", name: "Fleet team" };
  const users = new Map<string, SimUser>();
  const channels = new Map<string, SimChannel>();
  const groups = new Map<string, SimGroup>();

  function addUser(given: Partial<SimUser> & { name: string }): SimUser {
    const made: SimUser = {
      ...{ id: ids.next("U"), realName: given.name, teamId: team.id, deleted: false },
      ...{ isAdmin: false, isRestricted: false, isUltraRestricted: false, isBot: false },
      ...given,
    };
    users.set(made.id, made);
    return made;
  }
  const botUser = addUser({ name: "thopter", realName: "Thopter", isBot: true });

  function user(idOrName: string): SimUser {
    const found = users.get(idOrName) ?? [...users.values()].find(({ name }) => name === idOrName);
    if (found === undefined) throw new Error(`Cannot find the user "${idOrName}": nobody has it`);
    return found;
  }

  function channel(idOrName: string): SimChannel {
    const plain = idOrName.replace(/^#/, "");
    const found = channels.get(plain) ?? [...channels.values()].find(({ name }) => name === plain);
    if (found === undefined) throw new Error(`Cannot find the channel "${idOrName}"`);
    return found;
  }

  function add(kind: SimChannel["kind"], { name, members = [], isArchived = false }: NewChannel) {
    const id = ids.next(kind === "im" ? "D" : "C");
    const made: SimChannel = { id, name, kind, isArchived, members: new Set(members) };
    channels.set(id, made);
    return made;
  }

  return {
    ...{ team, users, channels, groups, addUser, user, channel },
    app: { id: ids.next("A"), botId: ids.next("B"), botUser },
    addChannel(given) {
      const people = (given.members ?? []).map((member) => user(member).id);
      const members = given.withApp === false ? people : [...people, botUser.id];
      return add(given.isPrivate === true ? "private" : "public", { ...given, members });
    },
    addGroup({ handle, members }) {
      const people = members.map((member) => user(member).id);
      const group = { id: ids.next("S"), handle, members: people, isDisabled: false };
      groups.set(group.id, group);
      return group;
    },
    direct(userId) {
      const found = [...channels.values()].find(
        ({ kind, members }) => kind === "im" && members.has(userId),
      );
      return found ?? add("im", { name: "directmessage", members: [userId, botUser.id] });
    },
  };
}

/** Fills a workspace with a small team, a guest and somebody from another company. */
export function seedTeam(workspace: Workspace, ids: Ids): void {
  workspace.addUser({ name: "admin", realName: "Admin", isAdmin: true });
  workspace.addUser({ name: "lead", realName: "Lead" });
  workspace.addUser({ name: "developer", realName: "Developer" });
  workspace.addUser({ name: "reviewer", realName: "Reviewer" });
  workspace.addUser({ name: "guest", realName: "Guest", isRestricted: true });
  workspace.addUser({ name: "visitor", realName: "Visitor", isUltraRestricted: true });
  workspace.addUser({ name: "former", realName: "Former", deleted: true });
  workspace.addUser({ name: "outsider", realName: "Outsider", teamId: ids.next("T") });
  const team = ["admin", "lead", "developer", "reviewer"];
  workspace.addChannel({ name: "general", members: [...team, "guest", "visitor"] });
  workspace.addChannel({ name: "fleet", members: [...team, "outsider"] });
  workspace.addChannel({ name: "operations", members: ["admin", "lead"], isPrivate: true });
  workspace.addChannel({ name: "random", members: team, withApp: false });
  workspace.addChannel({ name: "old", members: team, isArchived: true });
  workspace.addGroup({ handle: "operators", members: ["admin", "lead"] });
}
