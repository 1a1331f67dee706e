import type { Caller, Role } from "../core/actor.ts";
import { roles } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type { NewTokenRequest, Person, Token, TokenView } from "../core/person.ts";
import type { Write } from "../core/ports/store.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { auditWrite } from "./audit.ts";
import type { FleetPorts } from "./ports.ts";

type PeoplePorts = Pick<FleetPorts, "store" | "clock" | "newId" | "newSecret" | "digest">;

/** Persons, their tokens, and who a token stands for. */
export type People = {
  nameOf(personId: string): string;
  authenticate(secret: string, front: Caller["front"]): Promise<Caller>;
  createToken(
    caller: Caller,
    request: NewTokenRequest,
  ): Promise<{ token: TokenView; secret: string }>;
  listTokens(caller: Caller): Promise<TokenView[]>;
  revokeToken(caller: Caller, id: string): Promise<TokenView>;
  whoAmI(caller: Caller): Promise<{ person?: Person; caller: Caller }>;
};

const tokenIdLength = 24;
const longestName = 100;

export async function createPeople(ports: PeoplePorts): Promise<People> {
  const { store, clock } = ports;
  const persons = new Map<string, Person>();
  for (const person of await store.list("person")) persons.set(person.id, person);
  store.watch((writes) => {
    for (const { kind, record } of writes) if (kind === "person") persons.set(record.id, record);
  });

  const nameOf = (personId: string): string => persons.get(personId)?.name ?? "unknown";

  function view(token: Token): TokenView {
    const { hash: _hash, version: _version, ...shown } = token;
    return { ...shown, personName: nameOf(token.personId) };
  }

  function personFor(caller: Caller, request: NewTokenRequest): { person: Person; isNew: boolean } {
    const own = requirePerson(caller, "make a token");
    if (request.person === undefined) return { person: mustKnow(own), isNew: false };
    const known = [...persons.values()].find(({ name }) => name === request.person);
    if (known?.id === own) return { person: known, isNew: false };
    requireRole(caller, "admin", "make a token for someone else");
    if (known !== undefined) return { person: known, isNew: false };
    return { person: newPerson(ports, request.person, request.role ?? "operator"), isNew: true };
  }

  function mustKnow(personId: string): Person {
    const person = persons.get(personId);
    if (person !== undefined) return person;
    throw new UserError("Cannot find the person behind this token. Make a new token.", {
      code: "unauthenticated",
    });
  }

  async function find(id: string): Promise<Token> {
    const token = await store.get("token", id);
    if (token !== undefined) return token;
    throw new UserError(
      `Cannot find token "${id.slice(0, 60)}". "thopter token list" shows those that exist.`,
      {
        code: "not_found",
      },
    );
  }

  return {
    nameOf,
    async authenticate(secret, front) {
      const hash = ports.digest(secret);
      const token = await store.get("token", hash.slice(0, tokenIdLength));
      const expired = token?.expiresAt !== undefined && token.expiresAt <= clock.now();
      if (token === undefined || token.hash !== hash || token.revokedAt !== undefined || expired) {
        throw new UserError(
          'Cannot tell who you are: the token is unknown, revoked or expired. "thopter token create" on the hub\'s machine makes a new one.',
          { code: "unauthenticated" },
        );
      }
      return callerOf(token, mustKnow(token.personId), front);
    },
    async createToken(caller, request) {
      requireRole(caller, "operator", "make a token");
      checkRequest(request);
      const { person, isNew } = personFor(caller, request);
      const role = lowerRole(
        request.role ?? person.role,
        lowerRole(person.role, isNew ? person.role : caller.role),
      );
      const { token, secret } = newToken(ports, { ...request, role, personId: person.id });
      const writes: Write[] = [
        { kind: "token", record: token },
        auditWrite(ports, caller, {
          action: "token.create",
          subject: token.id,
          outcome: "accepted",
          detail: `${token.kind} token "${token.label}" for ${person.name}`,
        }),
      ];
      if (isNew) writes.push({ kind: "person", record: person });
      await store.commit(writes);
      return { token: { ...view(token), personName: person.name }, secret };
    },
    async listTokens(caller) {
      requireRole(caller, "viewer", "list tokens");
      const own = requirePerson(caller, "list tokens");
      const tokens = await store.list("token");
      return tokens.filter((token) => caller.role === "admin" || token.personId === own).map(view);
    },
    async revokeToken(caller, id) {
      requireRole(caller, "operator", "revoke a token");
      const own = requirePerson(caller, "revoke a token");
      const token = await find(id);
      if (token.personId !== own) requireRole(caller, "admin", "revoke someone else's token");
      const revoked = {
        ...token,
        version: token.version + 1,
        revokedAt: token.revokedAt ?? clock.now(),
      };
      await store.commit([
        { kind: "token", record: revoked },
        auditWrite(ports, caller, { action: "token.revoke", subject: id, outcome: "accepted" }),
      ]);
      return view(revoked);
    },
    async whoAmI(caller) {
      if (caller.actor.kind === "system") return { caller };
      return { person: mustKnow(caller.actor.personId), caller };
    },
  };
}

function checkRequest({ label, expiresInMs, person }: NewTokenRequest): void {
  for (const name of person === undefined ? [label] : [label, person]) {
    const shown = untrustedText(name, { maxLength: longestName }).replaceAll(/[\n\t]/g, " ");
    if (name.trim() !== "" && shown === name) continue;
    throw new UserError(
      `Cannot use the name "${shown}": give at most ${longestName} visible characters.`,
    );
  }
  if (expiresInMs === undefined || (expiresInMs > 0 && Number.isFinite(expiresInMs))) return;
  throw new UserError("Cannot make a token with that end: give a time such as 30d.");
}

function callerOf(token: Token, person: Person, front: Caller["front"]): Caller {
  return {
    actor: { kind: token.kind, personId: person.id, tokenId: token.id },
    role: lowerRole(token.role, person.role),
    front,
    readOnly: token.readOnly,
    toolsets: token.toolsets,
  };
}

function lowerRole(a: Role, b: Role): Role {
  return roles.indexOf(a) <= roles.indexOf(b) ? a : b;
}

export function newPerson(
  { newId, clock }: Pick<FleetPorts, "newId" | "clock">,
  name: string,
  role: Role,
): Person {
  return { id: newId(), version: 1, name, role, createdAt: clock.now() };
}

/** A token's record, and the secret that is shown this once. */
export function newToken(
  { newSecret, digest, clock }: Pick<FleetPorts, "newSecret" | "digest" | "clock">,
  request: Omit<NewTokenRequest, "person"> & { role: Role; personId: string },
): { token: Token; secret: string } {
  const secret = `thp_${request.kind}_${newSecret()}`;
  const hash = digest(secret);
  const token: Token = {
    id: hash.slice(0, tokenIdLength),
    version: 1,
    kind: request.kind,
    label: request.label,
    personId: request.personId,
    role: request.role,
    hash,
    readOnly: request.readOnly ?? false,
    toolsets: [...(request.toolsets ?? [])],
    createdAt: clock.now(),
  };
  if (request.expiresInMs !== undefined) token.expiresAt = clock.now() + request.expiresInMs;
  return { token, secret };
}
