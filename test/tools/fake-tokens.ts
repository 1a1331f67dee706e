import type { Caller } from "../../src/core/actor.ts";
import { UserError } from "../../src/core/errors.ts";
import { requirePerson, requireRole } from "../../src/core/permission.ts";
import type { TokenView } from "../../src/core/person.ts";
import type { Fleet } from "../../src/core/ports/fleet.ts";
import { now } from "./fake-records.ts";

type Methods = "authenticate" | "createToken" | "listTokens" | "revokeToken" | "whoAmI" | "audit";

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
