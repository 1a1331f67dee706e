import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type Asked = { path: string; headers: IncomingHttpHeaders };

/** As much of Anthropic, OpenAI and GitHub as trying a login needs. */
export type LoginServices = {
  /** The settings that lead there. */
  environment: Record<string, string>;
  asked: Asked[];
  /** What is said to a path instead. */
  answers: Map<string, (response: ServerResponse) => void>;
};

/** What each service takes for good; it refuses all else. */
export const goodLogins = {
  ANTHROPIC_API_KEY: "sk-ant-api03-good-key-of-nobody",
  CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-good-token-of-nobody",
  OPENAI_API_KEY: "sk-proj-good-key-of-nobody-at-all",
  GITHUB_TOKEN: "ghp_goodTokenOfNobodyAtAll0123456789",
};

function isGood({ path, headers }: Asked): boolean {
  const bearer = headers.authorization?.replace(/^Bearer /, "");
  if (path === "/openai/v1/models") return bearer === goodLogins.OPENAI_API_KEY;
  if (path === "/github/user") return bearer === goodLogins.GITHUB_TOKEN;
  if (path !== "/anthropic/v1/models" || headers["anthropic-version"] !== "2023-06-01")
    return false;
  if (headers["x-api-key"] === goodLogins.ANTHROPIC_API_KEY) return true;
  const isOauth = headers["anthropic-beta"] === "oauth-2025-04-20";
  return isOauth && bearer === goodLogins.CLAUDE_CODE_OAUTH_TOKEN;
}

/** Starts them on a loopback port for the running test. */
export async function startLoginServices(): Promise<LoginServices> {
  const asked: Asked[] = [];
  const answers: LoginServices["answers"] = new Map();
  const server = createServer((request, response) => {
    const one = { path: request.url ?? "", headers: request.headers };
    asked.push(one);
    const special = answers.get(one.path);
    if (special !== undefined) return special(response);
    response.writeHead(isGood(one) ? 200 : 401, {
      "content-type": "application/json",
      ...(one.path === "/github/user" && { "x-oauth-scopes": "repo, workflow" }),
    });
    response.end(JSON.stringify(isGood(one) ? { login: "octocat", data: [] } : {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  // It listens on TCP.
  const base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const environment = {
    ANTHROPIC_BASE_URL: `${base}/anthropic`,
    OPENAI_BASE_URL: `${base}/openai/v1`,
    GITHUB_API_URL: `${base}/github/`,
  };
  return { environment, asked, answers };
}
