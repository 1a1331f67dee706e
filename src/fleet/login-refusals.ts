import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { PendingLogin } from "./pending-logins.ts";

/** A login is decided once. Throws UserError. */
export function refuseUnlessPending({ standing }: PendingLogin): void {
  if (standing.status === "pending") return;
  throw new UserError(
    `Cannot decide this login: it was ${standing.status} already. "thopter login" on that machine asks anew.`,
    { code: "conflict" },
  );
}

/** What a login makes may change things, which a token that only reads cannot give. Throws UserError. */
export function refuseReadOnly({ readOnly }: Caller, action: string): void {
  if (readOnly !== true) return;
  throw new UserError(`Cannot ${action}: your token is read-only. Use another token.`, {
    code: "forbidden",
  });
}

export const noCode = (): UserError =>
  new UserError(
    'Cannot find the login: that is no code. "thopter login" on the machine to link shows one, such as 1a2b3-c4d5e.',
  );

export const wrongCode = (): UserError =>
  new UserError(
    'Cannot find the login: the code is wrong, used or expired. "thopter login" on the machine to link shows a new one.',
    { code: "not_found" },
  );

export const tooManyWrong = (): UserError =>
  new UserError(
    "Cannot look for the login: you tried too many wrong codes. Wait ten minutes, then ask for a new code.",
    { code: "forbidden" },
  );

export const unknownLogin = (): UserError =>
  new UserError(
    'Cannot collect the login: the hub does not know it, for it is done, has expired, or the hub was restarted. Ask anew with "thopter login".',
    { code: "not_found" },
  );
