import { UserError } from "./errors.ts";
import type { Identity } from "./identity.ts";

const variables: Readonly<Record<string, readonly string[]>> = {
  claude: ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"],
  codex: ["OPENAI_API_KEY"],
};

/** Throws UserError where an agent would find no login, neither the hub's nor its identity's. */
export function mustHaveLogin({
  agent,
  ownLogins = [],
  identity,
}: {
  agent: string;
  /** The variables of logins that the hub has itself. */
  ownLogins?: readonly string[] | undefined;
  identity: Pick<Identity, "name" | "logins" | "home"> | undefined;
}): void {
  const wanted = variables[agent];
  // Other agents bring their own.
  if (wanted === undefined) return;
  const there = [...ownLogins, ...(identity?.logins ?? []).map(({ variable }) => variable)];
  if (wanted.some((variable) => there.includes(variable))) return;
  // Codex may keep one in its home. Claude Code's cannot be shared, and is in none.
  if (agent === "codex" && identity?.home !== undefined) return;
  const names = wanted.join(" or ");
  throw new UserError(
    identity === undefined
      ? `Cannot provision: the hub has no login for the agent "${agent}", and no identity was chosen. Make one with "thopter identity create <name> --login" and choose it with --identity, or set ${names} on the hub.`
      : `Cannot provision with the identity "${identity.name}": neither it nor the hub has a login for the agent "${agent}". Its owner adds one with "thopter identity create ${identity.name} --replace --login"; or choose another, or set ${names} on the hub.`,
    { code: "unavailable" },
  );
}
