import type { Caller } from "../../src/core/actor.ts";
import { UserError } from "../../src/core/errors.ts";
import { requirePerson, requireRole } from "../../src/core/permission.ts";
import type { TokenView } from "../../src/core/person.ts";
import type { Fleet } from "../../src/core/ports/fleet.ts";
import { now } from "./fake-records.ts";

type Methods =
  | "authenticate"
  | "createToken"
  | "listTokens"
  | "revokeToken"
  | "listPeople"
  | "setRole"
  | "createLinkCode"
  | "whoAmI"
  | "audit";

/** Who a token stands for, looked up in a map that tests fill. */
export function createFakeTokens(tokens: Map<string, Omit<Caller, "front">>): Pick<Fleet, Methods> {
  return {
    authenticate(secret, front) {
      const caller = tokens.get(secret);
      if (caller !== undefined) return Promise.resolve({ ...caller, front });
      return Promise.reject(
        new UserError("Cannot tell who you are: the token is unknown.", {
          code: "unauthenticated",
        }),
      );
    },
    async createToken(caller, { kind, label }) {
      requirePerson(caller, "make a token");
      const token = tokenOf(caller, kind, label);
      return { token, secret: "thp_secret" };
    },
    async listTokens(caller) {
      requirePerson(caller, "list tokens");
      return [];
    },
    async revokeToken(caller, id) {
      requirePerson(caller, "revoke a token");
      const token = tokenOf(caller, "agent", "x");
      tokens.delete(id);
      return { ...token, id, revokedAt: now };
    },
    async listPeople(caller) {
      requireRole(caller, "viewer", "list the people");
      return [];
    },
    async setRole(caller, { person, role }) {
      requireRole(caller, "admin", "give someone a role");
      return { id: person, version: 2, name: person, role, createdAt: now };
    },
    async createLinkCode(caller) {
      requirePerson(caller, "link a Slack account");
      return { code: "c0de", expiresAt: now };
    },
    async whoAmI(caller) {
      return { caller };
    },
    async audit(caller) {
      requireRole(caller, "admin", "read the audit log");
      return [];
    },
  };
}

function tokenOf(caller: Caller, kind: TokenView["kind"], label: string): TokenView {
  return {
    id: "t-new",
    kind,
    label,
    personId: "p-ada",
    personName: "Ada",
    role: caller.role,
    readOnly: false,
    toolsets: [],
    createdAt: now,
  };
}
