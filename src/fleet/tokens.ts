import type { Caller, Role } from "../core/actor.ts";
import { lowerRole } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type { NewTokenRequest, Person, Token, TokenView } from "../core/person.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { Write } from "../core/ports/store.ts";
import { auditWrite } from "./audit.ts";
import { checkName, newPerson } from "./people.ts";
import type { People } from "./people.ts";
import type { FleetPorts } from "./ports.ts";

type TokenPorts = Pick<FleetPorts, "store" | "clock" | "newId" | "newSecret" | "digest">;

const tokenIdLength = 24;

/** Tokens, and who each one stands for. */
export function createTokens(
  ports: TokenPorts,
  people: People,
): Pick<Fleet, "authenticate" | "createToken" | "listTokens" | "revokeToken"> {
  const { store, clock } = ports;

  function view(token: Token): TokenView {
    const { hash: _hash, version: _version, ...shown } = token;
    return { ...shown, personName: people.nameOf(token.personId) };
  }

  function personFor(caller: Caller, request: NewTokenRequest): { person: Person; isNew: boolean } {
    const own = requirePerson(caller, "make a token");
    if (request.person === undefined) return { person: people.mustKnow(own), isNew: false };
    const known = people.named(request.person);
    if (known?.id === own) return { person: known, isNew: false };
    requireRole(caller, "admin", "make a token for someone else");
    if (known !== undefined) return { person: known, isNew: false };
    return { person: newPerson(ports, request.person, request.role ?? "operator"), isNew: true };
  }

  /** What a token makes ends with it at the latest. */
  async function lifeWithin({ actor }: Caller, wanted?: number): Promise<number | undefined> {
    const used = actor.kind === "person" ? actor.tokenId : undefined;
    const endsAt = used === undefined ? undefined : (await store.get("token", used))?.expiresAt;
    return endsAt === undefined ? wanted : Math.min(wanted ?? Infinity, endsAt - clock.now());
  }

  async function find(id: string): Promise<Token> {
    const token = await store.get("token", id);
    if (token !== undefined) return token;
    throw new UserError(
      `Cannot find token "${id.slice(0, 60)}". "thopter token list" shows those that exist.`,
      { code: "not_found" },
    );
  }

  return {
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
      return callerOf(token, people.mustKnow(token.personId), front);
    },
    async createToken(caller, request) {
      requireRole(caller, "operator", "make a token");
      checkRequest(request);
      const { person, isNew } = personFor(caller, request);
      const role = lowerRole(
        request.role ?? person.role,
        lowerRole(person.role, isNew ? person.role : caller.role),
      );
      const expiresInMs = await lifeWithin(caller, request.expiresInMs);
      const asked = { ...request, expiresInMs, role, personId: person.id };
      const { token, secret } = newToken(ports, asked);
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
      const own = requirePerson(caller, "revoke a token");
      // Everyone may give up the token that they use.
      if (!isUsing(caller, id)) requireRole(caller, "operator", "revoke a token");
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
  };
}

function isUsing({ actor }: Caller, tokenId: string): boolean {
  return actor.kind === "person" && actor.tokenId === tokenId;
}

function checkRequest({ label, expiresInMs, person }: NewTokenRequest): void {
  checkName(label);
  if (person !== undefined) checkName(person);
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
