import type { LoginCheck } from "./core/identity.ts";

/** Where the APIs are, as their agents take it: OpenAI's ends with its version. */
export type LoginAddresses = { anthropic: string; openai: string };

type Question = { url: string; headers: Record<string, string> };

const mostMs = 15_000;

/** Asks the API that a login is for whether it takes it. What nobody can ask about is unchecked. */
export async function checkLogin(
  login: { variable: string; value: string },
  addresses: LoginAddresses,
  signal: AbortSignal,
): Promise<LoginCheck["result"]> {
  const question = questionOf(login, addresses);
  if (question === undefined) return "unchecked";
  const { url, headers } = question;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(mostMs)]);
  try {
    // A login goes to the address that is set, and to nobody it points at.
    const response = await fetch(url, { headers, redirect: "manual", signal: limited });
    await response.body?.cancel();
    if (response.status === 401 || response.status === 403) return "refused";
    return response.ok ? "valid" : "unreachable";
  } catch {
    signal.throwIfAborted();
    return "unreachable";
  }
}

function questionOf(
  { variable, value }: { variable: string; value: string },
  { anthropic, openai }: LoginAddresses,
): Question | undefined {
  const join = (base: string, path: string): string => `${base.replace(/\/+$/, "")}/${path}`;
  const version = { "anthropic-version": "2023-06-01" };
  switch (variable) {
    case "ANTHROPIC_API_KEY":
      return { url: join(anthropic, "v1/models"), headers: { ...version, "x-api-key": value } };
    case "CLAUDE_CODE_OAUTH_TOKEN": {
      const beta = { "anthropic-beta": "oauth-2025-04-20" };
      const headers = { ...version, ...beta, authorization: `Bearer ${value}` };
      return { url: join(anthropic, "v1/models"), headers };
    }
    case "OPENAI_API_KEY":
      return { url: join(openai, "models"), headers: { authorization: `Bearer ${value}` } };
    default:
      return undefined;
  }
}
