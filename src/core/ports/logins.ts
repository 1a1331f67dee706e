import type { Caller, Role } from "../actor.ts";
import type { CollectedLogin, LoginView, StartedLogin } from "../login.ts";

/** What a front can ask about the logins of command lines, for a person. Wrong codes are counted. */
export type LoginFleet = {
  /** Who asks with this code. Throws UserError when nobody does. */
  lookAtLogin(caller: Caller, request: { code: string }): Promise<LoginView>;
  /** Links the command line to the caller or, where an admin names one, to another person. */
  approveLogin(
    caller: Caller,
    request: { code: string; person?: string | undefined },
  ): Promise<LoginView & { personName: string; role: Role }>;
  denyLogin(caller: Caller, request: { code: string }): Promise<LoginView>;
};

/** What anybody may ask without a token. */
export type LoginDesk = {
  /** Throws UserError "full" when too many wait, in all or from this address. */
  startLogin(request: {
    label: string;
    address: string;
    /** The digest of a secret that stays with the asker, in hex: who sees the code collects nothing. */
    challenge: string;
  }): Promise<StartedLogin>;
  /** What became of it, once that is known or the time is up. Throws UserError "not_found", for a wrong secret as well. */
  collectLogin(
    request: { id: string; verifier: string; waitMs: number },
    signal: AbortSignal,
  ): Promise<CollectedLogin>;
};
