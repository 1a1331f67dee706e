import { higherRole } from "../core/actor.ts";
import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requirePerson } from "../core/permission.ts";
import type { Person, SlackAccount, SlackUser } from "../core/person.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { SlackPeople } from "../core/ports/slack-people.ts";
import type { Write } from "../core/ports/store.ts";
import { thopterCan } from "../core/thopter.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { auditWrite } from "./audit.ts";
import { createLinkCodes } from "./link-codes.ts";
import { callerOfPerson, newPerson } from "./people.ts";
import type { People } from "./people.ts";
import type { FleetPorts } from "./ports.ts";
import { createSerially } from "./serially.ts";

type Parts = { ports: FleetPorts; people: People };

const longestName = 80;

/** Who is behind a Slack account, and the codes that link one to a person who is known already. */
export type SlackLinks = SlackPeople &
  Pick<Fleet, "createLinkCode"> & {
    /** A code that makes whoever claims it the person that runs the hub; none while an admin is linked. */
    createFirstCode(): string | undefined;
  };

export function createSlackLinks({ ports, people }: Parts): SlackLinks {
  const { store, engine } = ports;
  const codes = createLinkCodes(ports);
  // One account at a time: its person is made once, and linked to one.
  const serially = createSerially();

  const personOf = (account: SlackAccount): Person | undefined =>
    people.all().find(({ slack }) => slack !== undefined && keyOf(slack) === keyOf(account));

  async function meet(user: SlackUser): Promise<Person> {
    const known = personOf(user);
    if (known === undefined) return greet(user);
    if (known.roleFrom !== "slack" || known.role === user.role) return known;
    const record = { ...known, role: user.role, version: known.version + 1 };
    await store.commit([{ kind: "person", record }]);
    return record;
  }

  async function greet(user: SlackUser): Promise<Person> {
    const person: Person = {
      ...newPerson(ports, nameFor(user), user.role),
      slack: accountOf(user),
      roleFrom: "slack",
    };
    await store.commit([{ kind: "person", record: person }]);
    return person;
  }

  /** The account's name for a person, or with its id where someone else has that name. */
  function nameFor(user: SlackUser, personId?: string): string {
    const { name, userId } = user;
    const shown = untrustedText(name.replaceAll(/\s+/g, " ").trim(), { maxLength: longestName });
    const namesake = people.named(shown)?.id;
    const isFree = [undefined, personId, personOf(user)?.id].includes(namesake);
    return shown !== "" && isFree ? shown : `${shown} (${userId})`.trim();
  }

  function redeem(user: SlackUser, code: string): { person: Person; isFirst: boolean } {
    const found = codes.look(code, keyOf(user));
    if (found === "too-many") {
      throw new UserError(
        "Cannot claim with this code: too many wrong ones were tried. Wait ten minutes, then ask for a new code.",
        { code: "forbidden" },
      );
    }
    const person = found === "wrong" ? undefined : people.get(found.personId);
    if (found !== "wrong" && person !== undefined) return { person, isFirst: found.isFirst };
    throw new UserError(
      'Cannot claim with this code: it is wrong, used or expired. "thopter slack link" on the command line makes a new one.',
      { code: "not_found" },
    );
  }

  /** Takes the account from the person that was made of it at first sight. */
  async function release(user: SlackUser, target: Person): Promise<Write[]> {
    const former = personOf(user);
    if (former === undefined || former.id === target.id) return [];
    const owned = (await engine.thopters()).filter(
      (thopter) => thopter.ownerId === former.id && thopterCan.destroy(thopter),
    );
    if (owned.length > 0) {
      throw new UserError(
        `Cannot link this account to ${target.name}: it is ${former.name}'s, who has ${owned.length} of the thopters. Destroy them first.`,
        { code: "conflict" },
      );
    }
    const { slack: _slack, roleFrom: _roleFrom, ...rest } = former;
    const name = `${former.name} (unlinked)`;
    const record: Person = { ...rest, name, role: "viewer", version: former.version + 1 };
    return [{ kind: "person", record }];
  }

  async function link(user: SlackUser, code: string): Promise<Person> {
    const { person, isFirst } = redeem(user, code);
    if (person.slack !== undefined && keyOf(person.slack) !== keyOf(user)) {
      throw new UserError(
        `Cannot link this account to ${person.name}: they have another Slack account already.`,
        { code: "conflict" },
      );
    }
    // Until then the one who runs the hub has the name of an account of its machine.
    const name = isFirst ? nameFor(user, person.id) : person.name;
    const record = { ...person, name, slack: accountOf(user), version: person.version + 1 };
    const caller = callerOfPerson(person.id, person.role, "slack");
    await store.commit([
      ...(await release(user, person)),
      { kind: "person", record },
      auditWrite(ports, caller, {
        action: "person.link",
        subject: person.id,
        outcome: "accepted",
        detail: `Slack account ${user.userId} of ${user.teamId}`,
      }),
    ]);
    codes.spend(code);
    return record;
  }

  return {
    async identify(user) {
      const person = await serially(keyOf(user), () => meet(user));
      return callerOfPerson(person.id, roleOf(person, user), "slack");
    },
    async claim(user, code) {
      // One at a time over all accounts: a code links one of them.
      const person = await serially("claim", () => link(user, code));
      return callerOfPerson(person.id, roleOf(person, user), "slack");
    },
    accountOf: (personId) => people.get(personId)?.slack,
    givenRoleOf(account) {
      const person = personOf(account);
      return person?.roleFrom === "slack" ? undefined : person?.role;
    },
    nameOf: people.nameOf,
    async createLinkCode(caller) {
      const person = people.mustKnow(requirePerson(caller, "link a Slack account"));
      requireWholeRole(caller, person);
      const entry = {
        action: "person.link-code",
        subject: person.id,
        outcome: "accepted",
      } as const;
      await store.commit([auditWrite(ports, caller, entry)]);
      return codes.create(person.id);
    },
    createFirstCode() {
      const admins = people.all().filter(({ role }) => role === "admin");
      const first = admins[0];
      if (first === undefined || admins.some(({ slack }) => slack !== undefined)) return undefined;
      return codes.create(first.id, { isFirst: true }).code;
    },
  };
}

/** Whoever claims the code may do all that the person may, so a lesser token of theirs cannot make one. */
function requireWholeRole(caller: Caller, { role }: Person): void {
  if (caller.readOnly !== true && caller.role === role) return;
  throw new UserError(
    "Cannot link a Slack account: this token may do less than you. Use one without limits.",
    { code: "forbidden" },
  );
}

function keyOf({ teamId, userId }: SlackAccount): string {
  return `${teamId}:${userId}`;
}

function accountOf({ teamId, userId }: SlackUser): SlackAccount {
  return { teamId, userId };
}

/** A role given here is kept when Slack's settings would give less. */
function roleOf(person: Person, user: SlackUser): SlackUser["role"] {
  return person.roleFrom === "slack" ? user.role : higherRole(person.role, user.role);
}
