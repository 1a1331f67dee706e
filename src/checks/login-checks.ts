import { z } from "zod";
import type { Finding } from "../cli/commands/doctor.ts";
import { causesOf } from "../core/errors.ts";
import type { LoginCheck } from "../core/identity.ts";

/** How long a service has to answer, in milliseconds. */
const answerMs = 10_000;

/** A secret, the variable that it is the value of, and where it is to be tried. */
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

/** What is known of a login once its service was asked, or could not be. */
type Verdict =
  | { status: "accepted"; response: Response }
  | { status: "refused"; why: string }
  | { status: "unanswered"; why: string };

/** Whether Anthropic takes an API key, or the long-lived token of Claude Code. */
export function checkAnthropic(login: Login, signal: AbortSignal): Promise<Finding> {
  return check(login, anthropic(login), signal);
}

/** Whether OpenAI takes an API key. */
export function checkOpenAi(login: Login, signal: AbortSignal): Promise<Finding> {
  return check(login, openAi(login), signal);
}

const userSchema = z.object({ login: z.string() });

/** Whom a token at GitHub belongs to, and its scopes where GitHub names them. */
export async function checkGitHub(login: Login, signal: AbortSignal): Promise<Finding> {
  const service = gitHub(login);
  const verdict = await ask(login, service, signal);
  if (verdict.status !== "accepted") return findingOf(login, service, verdict);
  const { response } = verdict;
  const user = userSchema.safeParse(await response.json().catch(() => undefined));
  const scopes = response.headers.get("x-oauth-scopes")?.trim() ?? "";
  const who = user.success ? `${login.name} is ${user.data.login} at GitHub` : "GitHub accepts it";
  const words = scopes === "" ? who : `${who}, with the scopes ${scopes}`;
  return { what: service.what, ok: true, words };
}

/** Whether the service that an agent's variable is for takes it. What nobody can ask about is unchecked. */
export async function checkLogin(login: Login, signal: AbortSignal): Promise<LoginCheck["result"]> {
  const service = serviceOf(login);
  if (service === undefined) return "unchecked";
  const verdict = await ask(login, service, signal);
  if (verdict.status === "refused") return "refused";
  if (verdict.status === "unanswered") return "unreachable";
  await verdict.response.body?.cancel();
  return "valid";
}

function serviceOf(login: Login): Service | undefined {
  switch (login.name) {
    case "ANTHROPIC_API_KEY":
    case "CLAUDE_CODE_OAUTH_TOKEN":
      return anthropic(login);
    case "OPENAI_API_KEY":
      return openAi(login);
    default:
      return undefined;
  }
}

function anthropic(login: Login): Service {
  const own =
    login.name === "ANTHROPIC_API_KEY"
      ? { "x-api-key": login.secret }
      : { ...bearer(login), "anthropic-beta": "oauth-2025-04-20" };
  return {
    ...{ title: "Anthropic", what: "login" },
    url: join(login.url ?? "https://api.anthropic.com", "v1/models"),
    headers: { "anthropic-version": "2023-06-01", ...own },
    refusals: [401, 403],
  };
}

function openAi(login: Login): Service {
  const url = join(login.url ?? "https://api.openai.com/v1", "models");
  // A key that may do its work may yet not be allowed to list models.
  return { title: "OpenAI", what: "login", url, headers: bearer(login), refusals: [401] };
}

function gitHub(login: Login): Service {
  return {
    ...{ title: "GitHub", what: "git login" },
    url: join(login.url ?? "https://api.github.com", "user"),
    headers: { ...bearer(login), accept: "application/vnd.github+json", "user-agent": "thopter" },
    // A token of an app may not ask who it is, and too many questions are refused in the same way.
    refusals: [401],
  };
}

async function check(login: Login, service: Service, signal: AbortSignal): Promise<Finding> {
  const verdict = await ask(login, service, signal);
  if (verdict.status === "accepted") await verdict.response.body?.cancel();
  return findingOf(login, service, verdict);
}

function findingOf({ name }: Login, { title, what }: Service, verdict: Verdict): Finding {
  switch (verdict.status) {
    case "accepted":
      return { what, ok: true, words: `${title} accepts ${name}` };
    case "refused":
      return { what, ok: false, words: verdict.why, mend: "thopter init" };
    case "unanswered":
      return { what, ok: false, words: `${name} could not be checked: ${verdict.why}` };
  }
}

async function ask(
  { name, secret }: Login,
  { title, url, headers, refusals }: Service,
  signal: AbortSignal,
): Promise<Verdict> {
  // No header can carry anything else.
  if (!/^[\x21-\x7e]+$/.test(secret))
    return { status: "refused", why: `${name} has signs that no login has` };
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
    // Wherever it might send us, the secret is not for it.
    const response = await fetch(url, { headers, redirect: "manual", signal: limited });
    if (response.ok) return { status: "accepted", response };
    const reason = await reasonOf(response);
    const isForbiddenScope = response.status === 403 && /\bscopes?\b/i.test(reason);
    if (refusals.includes(response.status) && !isForbiddenScope)
      return { status: "refused", why: `${title} refuses ${name} (${response.status})` };
    return { status: "unanswered", why: `${title} answers ${response.status}` };
  } catch (error) {
    signal.throwIfAborted();
    const why = `${new URL(url).host} does not answer (${causesOf(error).join(": ")})`;
    return { status: "unanswered", why };
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
