import type { Caller, Role } from "../actor.ts";
import type { SlackAccount, SlackUser } from "../person.ts";

/** Who is behind a Slack account. Only the Slack front may ask: it has checked that the account is theirs. */
export type SlackPeople = {
  /** Makes a person of the account on first sight, and keeps the role up to date where Slack gives it. */
  identify(user: SlackUser): Promise<Caller>;
  /** Links the account to the person who made the code. Throws UserError; too many wrong codes are refused for a while. */
  claim(user: SlackUser, code: string): Promise<Caller>;
  accountOf(personId: string): SlackAccount | undefined;
  /** The role that was given to the account's person here, whatever Slack's settings say. */
  givenRoleOf(account: SlackAccount): Role | undefined;
  nameOf(personId: string): string;
};
