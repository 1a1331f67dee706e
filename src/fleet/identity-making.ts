import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { leftOutOf } from "../core/home-exclusions.ts";
import type { HomeChoice } from "../core/home-exclusions.ts";
import { parseIdentityName, parseLogin } from "../core/identity.ts";
import type { Identity, IdentityLogin } from "../core/identity.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type {
  CreateIdentityRequest,
  IdentityFleet,
  PackedHome,
  UploadedHome,
} from "../core/ports/identities.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { auditWrite } from "./audit.ts";
import type { IdentityParts } from "./identity-parts.ts";
import { createSerially } from "./serially.ts";

const mostLogins = 20;
const mostIdentities = 50;

type Captured = { home?: UploadedHome; from?: string };

/** Making identities, and changing what they hold. */
export function createIdentityMaking(
  parts: IdentityParts,
): Pick<IdentityFleet, "uploadHome" | "createIdentity"> {
  const { ports, directory, views, uploads, capture, inTurn, tidy } = parts;
  const { store, clock, identities: keep } = ports;
  const serially = createSerially();

  /** One at a time: each may fill the memory with a large file. */
  function stage(archive: PackedHome, choice: HomeChoice): Promise<UploadedHome> {
    return serially("uploads", () => keep.stage(archive, leftOutOf(choice)));
  }

  async function making<T>(personId: string, work: () => Promise<T>): Promise<T> {
    const end = uploads.begin(personId);
    try {
      return await work();
    } finally {
      end();
    }
  }

  async function captured(caller: Caller, request: CreateIdentityRequest): Promise<Captured> {
    const { upload, fromThopter, capturedFrom, includeSsh, exclude } = request;
    if (upload !== undefined && fromThopter !== undefined) {
      throw new UserError("Cannot capture a home twice: give an upload or a thopter.");
    }
    if (upload !== undefined) {
      const home = uploads.take(requirePerson(caller, "make an identity"), upload);
      return { home, from: untrustedText(capturedFrom ?? "an upload", { maxLength: 200 }) };
    }
    if (fromThopter === undefined) return {};
    const choice = { thopter: fromThopter, includeSsh, exclude };
    const personId = requirePerson(caller, "make an identity");
    const { thopterName, ...home } = await making(personId, () => capture(caller, choice));
    return { home, from: `the thopter ${thopterName}` };
  }

  /** Those that are given take the place of those of the same variables. */
  function loginsOf(
    id: string,
    before: readonly IdentityLogin[],
    { logins = [], expiresAt }: CreateIdentityRequest,
  ): IdentityLogin[] {
    const given = logins.map(parseLogin);
    keep.learn(given.map(({ value }) => value));
    const fresh = given.map(({ variable, value }): IdentityLogin => {
      const login = { variable, sealed: keep.seal(id, value), setAt: clock.now() };
      return expiresAt === undefined ? login : { ...login, expiresAt };
    });
    const names = new Set(fresh.map(({ variable }) => variable));
    if (names.size < fresh.length) throw new UserError("Cannot keep a variable twice.");
    const all = [...before.filter(({ variable }) => !names.has(variable)), ...fresh];
    if (all.length <= mostLogins) return all;
    throw new UserError(`Cannot keep ${all.length} variables: ${mostLogins} are the most.`);
  }

  async function mustStayShared({ id, name, shared }: Identity, next: boolean): Promise<void> {
    if (!shared || next || (await directory.defaultOf(undefined)) !== id) return;
    throw new UserError(
      `Cannot keep "${name}" from others: it is the hub's default. Clear that first with "thopter identity default --hub --none".`,
      { code: "conflict" },
    );
  }

  async function newRecord(
    caller: Caller,
    request: CreateIdentityRequest,
    { home: staged, from }: Captured,
  ): Promise<Identity> {
    const personId = requirePerson(caller, "make an identity");
    const before = await existing(parts, caller, request);
    const now = clock.now();
    const basis = before ?? {
      ...{ id: ports.newId(), version: 0, name: request.name, ownerId: personId },
      ...{ shared: false, logins: [], createdAt: now },
    };
    const identity: Identity = {
      ...basis,
      version: basis.version + 1,
      shared: request.shared ?? basis.shared,
      logins: loginsOf(basis.id, basis.logins, request),
      ...(staged === undefined ? {} : { home: homeOf(staged) }),
      ...(from === undefined ? {} : { capturedFrom: from }),
      updatedAt: now,
      updatedBy: personId,
    };
    if (identity.home === undefined && identity.logins.length === 0) {
      throw new UserError("Cannot make an identity of nothing: give a home or a login.");
    }
    if (before !== undefined) await mustStayShared(before, identity.shared);
    return identity;
  }

  async function write(
    caller: Caller,
    request: CreateIdentityRequest,
    taken: Captured,
  ): Promise<Identity> {
    const identity = await newRecord(caller, request, taken);
    // The home is in its place before a record names it.
    if (taken.home !== undefined) await keep.keep(identity.id, taken.home);
    await store.commit([
      { kind: "identity", record: identity },
      auditWrite(ports, caller, {
        action: identity.version === 1 ? "identity.create" : "identity.replace",
        subject: identity.id,
        outcome: "succeeded",
        detail: ports.redact(detailOf(identity, request)),
      }),
    ]);
    return identity;
  }

  return {
    async uploadHome(caller, { archive, ...choice }) {
      requireRole(caller, "operator", "upload a home");
      const personId = requirePerson(caller, "upload a home");
      const home = await making(personId, async () => {
        if (archive instanceof Uint8Array) return stage(archive, choice);
        const arrived = await keep.receive(archive);
        try {
          return await stage(arrived.read(), choice);
        } finally {
          await arrived.remove();
        }
      });
      await uploads.add(personId, home);
      const entry = { action: "identity.upload", subject: home.digest } as const;
      await store.commit([auditWrite(ports, caller, { ...entry, outcome: "succeeded" })]);
      return home;
    },
    async createIdentity(caller, request) {
      requireRole(caller, "operator", "make an identity");
      if (request.shared === true) requireRole(caller, "admin", "share an identity with everyone");
      await existing(parts, caller, request);
      const taken = await captured(caller, request);
      try {
        const identity = await inTurn(() => write(caller, request, taken));
        const detail = await views.detail(caller, identity);
        return { ...detail, leftOut: taken.home?.leftOut ?? [] };
      } finally {
        if (taken.home !== undefined) await keep.discard(taken.home.upload);
        await inTurn(tidy);
      }
    },
  };
}

/** The one that is to be replaced. Throws UserError where there is none, or one where none should be. */
async function existing(
  { directory }: Pick<IdentityParts, "directory">,
  caller: Caller,
  { name, replace, shared }: CreateIdentityRequest,
): Promise<Identity | undefined> {
  const personId = requirePerson(caller, "make an identity");
  if (replace === true) return directory.findOwn(caller, name, "replace the identity");
  parseIdentityName(name);
  const all = await directory.all();
  const own = all.filter(({ ownerId }) => ownerId === personId);
  if (own.length >= mostIdentities) {
    throw new UserError(
      `Cannot make an identity: you have ${mostIdentities}. Delete one with "thopter identity delete".`,
      { code: "full" },
    );
  }
  const rivals = shared === true ? all.filter((one) => one.shared) : [];
  if (![...own, ...rivals].some((one) => one.name === name)) return undefined;
  throw new UserError(
    `Cannot make the identity "${name}": there is one. Change it with --replace, or choose another name.`,
    { code: "conflict" },
  );
}

function homeOf({ digest, packedBytes, bytes, entries }: UploadedHome): Identity["home"] & object {
  return { digest, packedBytes, bytes, entries };
}

function detailOf(
  { name, shared }: Identity,
  { upload, fromThopter, logins = [] }: CreateIdentityRequest,
): string {
  const home = upload === undefined && fromThopter === undefined ? [] : ["home"];
  const parts = [...home, ...logins.map(({ variable }) => variable)].join(", ");
  return `${name}${shared ? " (shared)" : ""}: ${parts}`.slice(0, 500);
}
