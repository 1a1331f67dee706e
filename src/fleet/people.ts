import type { Caller, Role } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type { Person } from "../core/person.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { auditWrite } from "./audit.ts";
import type { FleetPorts } from "./ports.ts";

export type PeoplePorts = Pick<FleetPorts, "store" | "clock" | "newId">;

/** The persons on record, kept at hand. */
export type People = Pick<Fleet, "whoAmI" | "listPeople" | "setRole"> & {
  nameOf(personId: string): string;
  get(personId: string): Person | undefined;
  all(): Person[];
  named(name: string): Person | undefined;
  /** By name or id. Throws UserError "not_found". */
  find(nameOrId: string): Person;
  /** Throws UserError "unauthenticated". */
  mustKnow(personId: string): Person;
};

const longestName = 100;

export async function createPeople(ports: PeoplePorts): Promise<People> {
  const { store } = ports;
  const persons = new Map<string, Person>();
  for (const person of await store.list("person")) persons.set(person.id, person);
  store.watch((writes) => {
    for (const { kind, record } of writes) if (kind === "person") persons.set(record.id, record);
  });

  const named = (name: string): Person | undefined =>
    [...persons.values()].find((person) => person.name === name);

  function mustKnow(personId: string): Person {
    const person = persons.get(personId);
    if (person !== undefined) return person;
    throw new UserError("Cannot find the person behind this token. Make a new token.", {
      code: "unauthenticated",
    });
  }

  function find(nameOrId: string): Person {
    const person = persons.get(nameOrId) ?? named(nameOrId);
    if (person !== undefined) return person;
    throw new UserError(
      `Cannot find a person "${untrustedText(nameOrId, { maxLength: 60 })}". There are: ${shownNames()}.`,
      { code: "not_found" },
    );
  }

  function shownNames(): string {
    const names = [...persons.values()].map(({ name }) => name);
    return names.length > 20 ? `${names.slice(0, 20).join(", ")}, ...` : names.join(", ");
  }

  function refuseLastAdmin({ id, role, name }: Person, next: Role): void {
    const others = [...persons.values()].some((one) => one.role === "admin" && one.id !== id);
    if (role !== "admin" || next === "admin" || others) return;
    throw new UserError(
      `Cannot make "${name}" a ${next}: nobody else is an admin. Make someone else one first.`,
      { code: "conflict" },
    );
  }

  return {
    nameOf: (personId) => persons.get(personId)?.name ?? "unknown",
    get: (personId) => persons.get(personId),
    all: () => [...persons.values()],
    named,
    find,
    mustKnow,
    async whoAmI(caller) {
      if (caller.actor.kind === "system") return { caller };
      return { person: mustKnow(caller.actor.personId), caller };
    },
    async listPeople(caller) {
      requireRole(caller, "viewer", "list the people");
      return [...persons.values()].toSorted((a, b) => a.name.localeCompare(b.name));
    },
    async setRole(caller, request) {
      requireRole(caller, "admin", "give someone a role");
      requirePerson(caller, "give someone a role");
      const person = find(request.person);
      refuseLastAdmin(person, request.role);
      // From now on the role is one that was given here.
      const { roleFrom: _roleFrom, ...rest } = person;
      const record = { ...rest, role: request.role, version: person.version + 1 };
      const detail = `${person.name}: ${person.role} to ${request.role}`;
      await store.commit([
        { kind: "person", record },
        auditWrite(ports, caller, {
          action: "person.role",
          subject: person.id,
          outcome: "accepted",
          detail,
        }),
      ]);
      return record;
    },
  };
}

export function newPerson(
  { newId, clock }: Pick<FleetPorts, "newId" | "clock">,
  name: string,
  role: Role,
): Person {
  return { id: newId(), version: 1, name, role, createdAt: clock.now() };
}

/** Refuses a name that is none, or hides something. Throws UserError. */
export function checkName(name: string): void {
  const shown = untrustedText(name, { maxLength: longestName }).replaceAll(/[\n\t]/g, " ");
  if (name.trim() !== "" && shown === name) return;
  throw new UserError(
    `Cannot use the name "${shown}": give at most ${longestName} visible characters.`,
  );
}

/** Who a person is when they ask through a front. */
export function callerOfPerson(personId: string, role: Role, front: Caller["front"]): Caller {
  return { actor: { kind: "person", personId }, role, front };
}
