import { UserError } from "../../core/errors.ts";
import type { SlackAnswer, SlackApi } from "./web-api.ts";

export type CredentialName = "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN" | "SLACK_SIGNING_SECRET";

/** One of the secrets that the app's pages at Slack show, and how to tell a wrong one. */
export type Credential = {
  name: CredentialName;
  /** What Slack calls it, and where it stands. */
  title: string;
  where: string;
  /** Throws UserError with what to do. */
  check(value: string, tools: { api: SlackApi; scopes: readonly string[] }): Promise<Checked>;
};

/** Whom a credential belongs to, where Slack says so. */
export type Checked = { team?: string; user?: string };

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^xoxb-/, "a bot token"],
  [/^xapp-/, "an app-level token"],
  [/^xox[pe]/, "a user's token"],
  [/^xoxs-|^xoxc-/, "a browser's token"],
  [/^[0-9a-f]{32}$/, "a signing secret, or the client secret"],
];

export const botToken: Credential = {
  name: "SLACK_BOT_TOKEN",
  title: "Bot User OAuth Token (xoxb-...)",
  where: 'under "OAuth & Permissions", after "Install to Workspace"',
  async check(value, { api, scopes }) {
    mustLookLike(botToken, value, /^xoxb-[\w-]+$/);
    const answer = await api.call("auth.test", { token: value });
    mustBeGood(botToken, answer);
    const missing = scopes.filter((scope) => answer.scopes?.includes(scope) === false);
    if (missing.length > 0) {
      throw refused(
        botToken,
        `it lacks the scopes ${missing.join(", ")}. Put "thopter slack manifest" under "App Manifest", then install the app anew`,
      );
    }
    const { team, user } = answer;
    return { ...(team !== undefined && { team }), ...(user !== undefined && { user }) };
  },
};

export const appToken: Credential = {
  name: "SLACK_APP_TOKEN",
  title: "App-Level Token (xapp-...)",
  where:
    'under "Basic Information", "App-Level Tokens": generate one with the scope connections:write',
  async check(value, { api }) {
    mustLookLike(appToken, value, /^xapp-[\w-]+$/);
    mustBeGood(appToken, await api.call("apps.connections.open", { token: value }));
    return {};
  },
};

export const signingSecret: Credential = {
  name: "SLACK_SIGNING_SECRET",
  title: "Signing Secret",
  where: 'under "Basic Information", "App Credentials"',
  // Slack has no way to try it: it shows with the first request.
  async check(value) {
    mustLookLike(signingSecret, value, /^[0-9a-f]{32}$/);
    return {};
  },
};

function mustLookLike(credential: Credential, value: string, shape: RegExp): void {
  if (shape.test(value)) return;
  const kind = kinds.find(([one]) => one.test(value))?.[1];
  const why = kind === undefined ? "it does not look like one" : `it looks like ${kind}`;
  throw refused(credential, `${why}. Take the ${credential.title} ${credential.where}`);
}

const remedies: Record<string, string> = {
  invalid_auth: "Slack does not know it. Copy it once more, whole",
  not_authed: "Slack does not know it. Copy it once more, whole",
  token_revoked: "it was revoked. Install the app anew and copy the new one",
  token_expired:
    "it has expired. Turn token rotation off, install the app anew and copy the new one",
  account_inactive: "the app is no longer installed. Install it anew and copy the new one",
  not_allowed_token_type: "it is of another kind",
  missing_scope: "it lacks the scope connections:write. Generate another with that scope",
  ratelimited: "Slack asks for patience. Try again in a minute",
};

function mustBeGood(credential: Credential, answer: SlackAnswer): void {
  if (answer.ok) return;
  const error = answer.error ?? "no reason";
  const why = remedies[error] ?? `Slack says ${JSON.stringify(error.slice(0, 60))}`;
  throw refused(credential, `${why}. It stands ${credential.where}`);
}

function refused({ name }: Credential, why: string): UserError {
  return new UserError(`Cannot use the ${name}: ${why}.`);
}
