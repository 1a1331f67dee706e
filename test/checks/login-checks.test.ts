import { describe, expect, it } from "vitest";
import {
  checkAnthropic,
  checkGitHub,
  checkLogin,
  checkOpenAi,
} from "../../src/checks/login-checks.ts";
import { goodLogins, startLoginServices } from "../login-services.ts";

const good: Readonly<Record<string, string>> = goodLogins;
const never = new AbortController().signal;

const services = [
  {
    ...{ name: "ANTHROPIC_API_KEY", check: checkAnthropic, address: "ANTHROPIC_BASE_URL" },
    ...{ path: "/anthropic/v1/models", title: "Anthropic" },
  },
  {
    ...{ name: "CLAUDE_CODE_OAUTH_TOKEN", check: checkAnthropic, address: "ANTHROPIC_BASE_URL" },
    ...{ path: "/anthropic/v1/models", title: "Anthropic" },
  },
  {
    ...{ name: "OPENAI_API_KEY", check: checkOpenAi, address: "OPENAI_BASE_URL" },
    ...{ path: "/openai/v1/models", title: "OpenAI" },
  },
  {
    ...{ name: "GITHUB_TOKEN", check: checkGitHub, address: "GITHUB_API_URL" },
    ...{ path: "/github/user", title: "GitHub" },
  },
] as const;

describe.each(services)("$name", ({ name, check, address, path, title }) => {
  it("is good where the service takes it", async () => {
    const { environment, asked } = await startLoginServices();
    const found = await check({ name, secret: good[name] ?? "", url: environment[address] }, never);
    expect(found).toMatchObject({ ok: true });
    expect(asked.map((one) => one.path)).toEqual([path]);
  });

  it("is to be mended where the service refuses it", async () => {
    const { environment } = await startLoginServices();
    const found = await check({ name, secret: "bad-one", url: environment[address] }, never);
    expect(found).toMatchObject({
      ...{ ok: false, words: `${title} refuses ${name} (401)`, mend: "thopter init" },
    });
  });

  it.each([302, 404, 429, 500])(
    "is not checked, and no failure, at a status %i",
    async (status) => {
      const { environment, answers, asked } = await startLoginServices();
      answers.set(path, (response) => {
        response.writeHead(status, { location: "/elsewhere" }).end();
      });
      const login = { name, secret: good[name] ?? "", url: environment[address] };
      const found = await check(login, never);
      expect(found).toEqual({
        ...{ what: found.what, ok: false },
        words: `${name} could not be checked: ${title} answers ${status}`,
      });
      // The secret goes nowhere else.
      expect(asked).toHaveLength(1);
    },
  );

  it("is not checked where nobody answers", async () => {
    const found = await check({ name, secret: "x", url: "http://127.0.0.1:9/" }, never);
    expect(found.mend).toBeUndefined();
    expect(found.words).toContain(`${name} could not be checked: 127.0.0.1:9 does not answer`);
  });

  it("is refused, unasked, where no header could carry it", async () => {
    const { environment, asked } = await startLoginServices();
    const found = await check({ name, secret: "a\nb", url: environment[address] }, never);
    expect(found).toMatchObject({ ok: false, mend: "thopter init" });
    expect(asked).toEqual([]);
  });

  it("ends at once when it is aborted", async () => {
    const { environment, answers } = await startLoginServices();
    const leaving = new AbortController();
    // It never answers.
    answers.set(path, () => leaving.abort());
    const login = { name, secret: "x", url: environment[address] };
    await expect(check(login, leaving.signal)).rejects.toThrow(/abort/i);
  });
});

describe("what a service says beside", () => {
  it("is whose token it is at GitHub, with its scopes where GitHub names them", async () => {
    const { environment, answers } = await startLoginServices();
    const login = {
      ...{ name: "GITHUB_TOKEN", secret: goodLogins.GITHUB_TOKEN },
      url: environment["GITHUB_API_URL"],
    };
    const { words } = await checkGitHub(login, never);
    expect(words).toBe("GITHUB_TOKEN is octocat at GitHub, with the scopes repo, workflow");
    answers.set("/github/user", (response) => void response.end('{"login":"fine-grained"}'));
    expect((await checkGitHub(login, never)).words).toBe("GITHUB_TOKEN is fine-grained at GitHub");
    answers.set("/github/user", (response) => void response.end("<html>"));
    expect(await checkGitHub(login, never)).toMatchObject({ ok: true, words: "GitHub accepts it" });
  });

  it("is a refusal at Anthropic with 403 too, unless only a scope is missing to be asked", async () => {
    const { environment, answers } = await startLoginServices();
    const login = {
      ...{ name: "CLAUDE_CODE_OAUTH_TOKEN", secret: "x" },
      url: environment["ANTHROPIC_BASE_URL"],
    };
    let body = "{}";
    answers.set("/anthropic/v1/models", (response) => void response.writeHead(403).end(body));
    expect(await checkAnthropic(login, never)).toMatchObject({ mend: "thopter init" });
    body = '{"error":{"message":"OAuth token does not meet scope requirement user:profile"}}';
    const found = await checkAnthropic(login, never);
    expect(found).toMatchObject({ words: expect.stringContaining("not be checked") as string });
    expect(found.mend).toBeUndefined();
  });
});

describe("a login of an identity", () => {
  const models = "/anthropic/v1/models";

  async function openAnthropic() {
    const { environment, answers } = await startLoginServices();
    return { url: environment["ANTHROPIC_BASE_URL"], answers };
  }

  it.each(services.slice(0, 3))("is tried where $name belongs", async ({ name, address, path }) => {
    const { environment, asked } = await startLoginServices();
    const url = environment[address];
    expect(await checkLogin({ name, secret: good[name] ?? "", url }, never)).toBe("valid");
    expect(asked.map((one) => one.path)).toEqual([path]);
  });

  it.each([
    [401, "refused"],
    [403, "refused"],
    [302, "unreachable"],
    [429, "unreachable"],
    [500, "unreachable"],
  ])("takes the answer %i as %s", async (status, result) => {
    const { url, answers } = await openAnthropic();
    answers.set(models, (response) => void response.writeHead(status).end());
    const login = { name: "ANTHROPIC_API_KEY", secret: "a-key", url };
    expect(await checkLogin(login, never)).toBe(result);
  });

  it("is unreachable where nobody answers, and unchecked where nobody can be asked", async () => {
    const check = (name: string) =>
      checkLogin({ name, secret: "a-key", url: "http://127.0.0.1:1" }, never);
    expect(await check("ANTHROPIC_API_KEY")).toBe("unreachable");
    expect(await check("GH_TOKEN")).toBe("unchecked");
  });
});
