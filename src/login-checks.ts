import { z } from "zod";
import type { Finding } from "./cli/commands/doctor.ts";
import { causesOf } from "./core/errors.ts";

/** How long a service has to answer, in milliseconds. */
const answerMs = 10_000;

/** A secret, the setting it is of, and where it is to be tried. */
export type Login = { name: string; secret: string; url?: string | undefined };

type Service = {
  /** Who is asked, and what about. */
  title: string;
  what: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The statuses that say that the login will never do. */
  refusals: readonly number[];
};

/** Whether Anthropic takes an API key, or the long-lived token of Claude Code. */
export function checkAnthropic(login: Login, signal: AbortSignal): Promise<Finding> {
  const base = login.url ?? "https://api.anthropic.com";
  const isKey = login.name === "ANTHROPIC_API_KEY";
  const own = isKey
    ? { "x-api-key": login.secret }
    : { ...bearer(login), "anthropic-beta": "oauth-2025-04-20" };
  const service = {
    ...{ title: "Anthropic", what: "login", url: join(base, "v1/models") },
    headers: { "anthropic-version": "2023-06-01", ...own },
    refusals: [401, 403],
  };
  return check({ login, service, signal }, () => `Anthropic accepts ${login.name}`);
}

/** Whether OpenAI takes an API key. */
export function checkOpenAi(login: Login, signal: AbortSignal): Promise<Finding> {
  const url = join(login.url ?? "https://api.openai.com/v1", "models");
  // A key that may do its work may yet not be allowed to list models.
  const service = { title: "OpenAI", what: "login", url, headers: bearer(login), refusals: [401] };
  return check({ login, service, signal }, () => `OpenAI accepts ${login.name}`);
}

const userSchema = z.object({ login: z.string() });

/** Whom a token at GitHub belongs to, and its scopes where GitHub names them. */
export function checkGitHub(login: Login, signal: AbortSignal): Promise<Finding> {
  const service = {
    ...{ title: "GitHub", what: "git login" },
    url: join(login.url ?? "https://api.github.com", "user"),
    headers: { ...bearer(login), accept: "application/vnd.github+json", "user-agent": "thopter" },
    // A token of an app may not ask who it is, and too many questions are refused in the same way.
    refusals: [401],
  };
  return check({ login, service, signal }, async (response) => {
    const user = userSchema.safeParse(await response.json().catch(() => undefined));
    const scopes = response.headers.get("x-oauth-scopes")?.trim() ?? "";
    const who = user.success
      ? `${login.name} is ${user.data.login} at GitHub`
      : "GitHub accepts it";
    return scopes === "" ? who : `${who}, with the scopes ${scopes}`;
  });
}

type Question = { login: Login; service: Service; signal: AbortSignal };

async function check(
  { login, service, signal }: Question,
  words: (response: Response) => string | Promise<string>,
): Promise<Finding> {
  const { title, what, url, headers, refusals } = service;
  const { name } = login;
  const refused = (why: string): Finding => ({ what, ok: false, words: why, mend: "thopter init" });
  const unchecked = (why: string): Finding => ({
    ...{ what, ok: false, words: `${name} could not be checked: ${why}` },
  });
  // No header can carry anything else.
  if (!/^[\x21-\x7e]+$/.test(login.secret)) return refused(`${name} has signs that no login has`);
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
    // Wherever it might send us, the secret is not for it.
    const response = await fetch(url, { headers, redirect: "manual", signal: limited });
    if (response.ok) return { what, ok: true, words: await words(response) };
    const why = await reasonOf(response);
    const isForbiddenScope = response.status === 403 && /\bscopes?\b/i.test(why);
    if (refusals.includes(response.status) && !isForbiddenScope)
      return refused(`${title} refuses ${name} (${response.status})`);
    return unchecked(`${title} answers ${response.status}`);
  } catch (error) {
    signal.throwIfAborted();
    return unchecked(`${new URL(url).host} does not answer (${causesOf(error).join(": ")})`);
  }
}

const mostRead = 10_000;

async function reasonOf(response: Response): Promise<string> {
  return (await response.text()).slice(0, mostRead);
}

function bearer({ secret }: Login): { authorization: string } {
  return { authorization: `Bearer ${secret}` };
}

function join(base: string, path: string): string {
  return `${base.replace(/\/+$/, "")}/${path}`;
}
