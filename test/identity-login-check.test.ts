import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { checkLogin } from "../src/identity-login-check.ts";

const never = new AbortController().signal;

async function api(status: number): Promise<{ base: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer(({ url, headers }, response) => {
    const { authorization, "x-api-key": key, "anthropic-beta": beta } = headers;
    seen.push([url, authorization, key, beta].filter((one) => one !== undefined).join(" "));
    response.writeHead(status).end("{}");
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // It listens on a port.
  return { base: `http://127.0.0.1:${port}`, seen };
}

it.each([
  ["ANTHROPIC_API_KEY", "/v1/models a-key"],
  ["CLAUDE_CODE_OAUTH_TOKEN", "/v1/models Bearer a-key oauth-2025-04-20"],
  ["OPENAI_API_KEY", "/v1/models Bearer a-key"],
])("asks the API that %s is for", async (variable, question) => {
  const { base, seen } = await api(200);
  const elsewhere = "http://127.0.0.1:1";
  const isOpenai = variable.startsWith("OPENAI");
  const addresses = {
    anthropic: isOpenai ? elsewhere : base,
    openai: isOpenai ? `${base}/v1` : elsewhere,
  };
  expect(await checkLogin({ variable, value: "a-key" }, addresses, never)).toBe("valid");
  expect(seen).toEqual([question]);
});

it.each([
  [401, "refused"],
  [403, "refused"],
  [429, "unreachable"],
  [500, "unreachable"],
])("takes the answer %i as %s", async (status, result) => {
  const { base } = await api(status);
  const login = { variable: "ANTHROPIC_API_KEY", value: "a-key" };
  expect(await checkLogin(login, { anthropic: base, openai: base }, never)).toBe(result);
});

it("says what it cannot reach, and what nobody can ask about", async () => {
  const addresses = { anthropic: "http://127.0.0.1:1", openai: "http://127.0.0.1:1" };
  const check = (variable: string) => checkLogin({ variable, value: "a-key" }, addresses, never);
  expect(await check("ANTHROPIC_API_KEY")).toBe("unreachable");
  expect(await check("GH_TOKEN")).toBe("unchecked");
});
