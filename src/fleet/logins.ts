import { lowerRole } from "../core/actor.ts";
import type { Caller, Role } from "../core/actor.ts";
import type { CollectedLogin } from "../core/login.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type { Person } from "../core/person.ts";
import type { LoginDesk, LoginFleet } from "../core/ports/logins.ts";
import { isSameDigest } from "../core/same-digest.ts";
import { auditWrite } from "./audit.ts";
import { codeLifeMs, mostWrongCodes } from "./link-codes.ts";
import {
  noCode,
  refuseReadOnly,
  refuseUnlessPending,
  tooManyWrong,
  unknownLogin,
  wrongCode,
} from "./login-refusals.ts";
import { createPendingLogins, loginView, typedCode } from "./pending-logins.ts";
import type { PendingLogin } from "./pending-logins.ts";
import { callerOfPerson } from "./people.ts";
import type { People } from "./people.ts";
import type { FleetPorts } from "./ports.ts";
import { createSerially } from "./serially.ts";
import { newToken } from "./tokens.ts";
import { createTries } from "./tries.ts";

type Parts = {
  ports: Pick<FleetPorts, "store" | "clock" | "newId" | "newSecret" | "digest">;
  people: People;
};

/** Clients and proxies cut what takes longer. */
const longestWaitMs = 45_000;

/** The logins of command lines: asked for by anybody, confirmed by a person, collected once by the asker. */
export function createLogins({ ports, people }: Parts): LoginFleet & { logins: LoginDesk } {
  const { store, clock, digest } = ports;
  const pending = createPendingLogins(ports);
  const wrong = createTries(clock, { most: mostWrongCodes, withinMs: codeLifeMs });
  // What decides a login or collects it does so one at a time.
  const serially = createSerially();

  function find(personId: string, typed: string): PendingLogin {
    const code = typedCode(typed);
    if (code === undefined) throw noCode();
    if (wrong.isSpent(personId)) throw tooManyWrong();
    const login = pending.byCode(code);
    if (login !== undefined) return login;
    wrong.count(personId);
    throw wrongCode();
  }

  /** Whom the confirmed command line will act for, and with which role. */
  function linked(caller: Caller, own: Person, name: string | undefined): [Person, Role] {
    const person = name === undefined ? own : people.find(name);
    if (person.id === own.id) return [own, lowerRole(own.role, caller.role)];
    requireRole(caller, "admin", "confirm a login for someone else");
    return [person, person.role];
  }

  /** Takes a decision, once its record is on disk. */
  async function decide(
    caller: Caller,
    login: PendingLogin,
    { standing, subject }: { standing: PendingLogin["standing"]; subject: string },
  ): Promise<void> {
    await serially(login.id, async () => {
      refuseUnlessPending(login);
      const action = standing.status === "approved" ? "login.approve" : "login.deny";
      const detail = `${login.label}, from ${login.address}`;
      const entry = { action, subject, outcome: "accepted", detail } as const;
      await store.commit([auditWrite(ports, caller, entry)]);
      login.standing = standing;
      login.wake();
    });
  }

  /** When the token ends that the caller uses: what it confirms lives no longer. */
  async function endOf({ actor }: Caller): Promise<number | undefined> {
    if (actor.kind !== "person" || actor.tokenId === undefined) return undefined;
    return (await store.get("token", actor.tokenId))?.expiresAt;
  }

  /** Resolves when the login is decided, or after a while; only the latest wait for it goes on. */
  function changed(login: PendingLogin, waitMs: number, signal: AbortSignal): Promise<void> {
    login.wake();
    const ms = Math.min(waitMs, longestWaitMs, login.expiresAt - clock.now());
    if (signal.aborted || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.after(ms, () => end());
      const end = (): void => {
        cancel();
        signal.removeEventListener("abort", end);
        resolve();
      };
      signal.addEventListener("abort", end);
      login.wake = end;
    });
  }

  async function handOut(login: PendingLogin): Promise<CollectedLogin> {
    const { standing, label, address } = login;
    if (standing.status !== "approved") return { status: standing.status };
    // Another request was first.
    if (pending.byId(login.id) === undefined) throw unknownLogin();
    const { personId, role, endsAt } = standing;
    const expiresInMs = endsAt === undefined ? undefined : endsAt - clock.now();
    const request = { kind: "person", label: `login from ${label}`, expiresInMs } as const;
    const { token, secret } = newToken(ports, { ...request, personId, role });
    await store.commit([
      { kind: "token", record: token },
      auditWrite(ports, callerOfPerson(personId, role, "cli"), {
        action: "login.collect",
        subject: token.id,
        outcome: "accepted",
        detail: `${token.label}, from ${address}`,
      }),
    ]);
    pending.remove(login);
    const personName = people.nameOf(personId);
    return { status: "approved", token: secret, tokenId: token.id, personName, role };
  }

  return {
    async lookAtLogin(caller, { code }) {
      const login = find(requirePerson(caller, "look at a login"), code);
      refuseUnlessPending(login);
      return loginView(login);
    },
    async approveLogin(caller, { code, person: name }) {
      const own = people.mustKnow(requirePerson(caller, "confirm a login"));
      refuseReadOnly(caller, "confirm a login");
      const [person, role] = linked(caller, own, name);
      const login = find(own.id, code);
      const endsAt = await endOf(caller);
      const standing = { status: "approved", personId: person.id, role, endsAt } as const;
      await decide(caller, login, { standing, subject: person.id });
      return { ...loginView(login), personName: person.name, role };
    },
    async denyLogin(caller, { code }) {
      const subject = requirePerson(caller, "deny a login");
      refuseReadOnly(caller, "deny a login");
      const login = find(subject, code);
      await decide(caller, login, { standing: { status: "denied" }, subject });
      return loginView(login);
    },
    logins: {
      async startLogin(request) {
        const login = pending.add(request);
        const { code } = loginView(login);
        return { id: login.id, code, expiresInMs: login.expiresAt - clock.now() };
      },
      async collectLogin({ id, verifier, waitMs }, signal) {
        const login = pending.byId(id);
        if (login === undefined || !isSameDigest(digest(verifier), login.challenge)) {
          throw unknownLogin();
        }
        if (login.standing.status === "pending") await changed(login, waitMs, signal);
        // Whoever has left would not get the token.
        if (signal.aborted) return { status: "pending" };
        if (login.expiresAt <= clock.now()) return { status: "expired" };
        return serially(login.id, () => handOut(login));
      },
    },
  };
}
