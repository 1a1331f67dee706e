import type { Caller, Role } from "../actor.ts";
import type { NewTokenRequest, Person, TokenView } from "../person.ts";

/** What a front can ask about people and their tokens. */
export type PeopleFleet = {
  createToken(
    caller: Caller,
    request: NewTokenRequest,
  ): Promise<{ token: TokenView; secret: string }>;
  listTokens(caller: Caller): Promise<TokenView[]>;
  revokeToken(caller: Caller, id: string): Promise<TokenView>;
  whoAmI(caller: Caller): Promise<{ person?: Person; caller: Caller }>;
  listPeople(caller: Caller): Promise<Person[]>;
  /** An admin gives a person, by name or id, a role. */
  setRole(caller: Caller, request: { person: string; role: Role }): Promise<Person>;
  /** A one-time code: the Slack account that claims it becomes the caller's. */
  createLinkCode(caller: Caller): Promise<{ code: string; expiresAt: number }>;
};
