import { describe, expect, it } from "vitest";
import { codexArguments, type CodexOptions } from "../../src/agents/codex-options.ts";

function settings(wish: Partial<CodexOptions> = {}): Record<string, string> {
  const words = codexArguments({
    ...{ hookPath: "/run/it's/hook.sh", directory: "/work/a clone", permissions: "read-only" },
    ...{ usesKey: true, baseUrl: undefined, ...wish },
  });
  const given = words.filter((_, index) => words[index - 1] === "--config");
  return Object.fromEntries(
    given.map((one) => one.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
}

describe("the options of Codex", () => {
  it("name its hook by the path", () => {
    expect(settings()["hooks.Stop"]).toBe(
      `[{hooks=[{type="command",command="sh '/run/it'\\\\''s/hook.sh' event",timeout=10}]}]`,
    );
  });

  it("keep the settings of its clone out, whatever its path holds", () => {
    expect(settings({ directory: '/a "b" \\ \u007f' })["projects"]).toBe(
      '{"/a \\"b\\" \\\\ \\u007f"={trust_level="untrusted"}}',
    );
  });

  it("take the key from the environment, where there is one", () => {
    expect(settings()["model_providers.thopter"]).toContain(
      'base_url="https://api.openai.com/v1",env_key="OPENAI_API_KEY"',
    );
    const baseUrl = "http://127.0.0.1:9/v1";
    expect(settings({ baseUrl })["model_providers.thopter"]).toContain(`base_url="${baseUrl}"`);
    const home = settings({ usesKey: false });
    expect(home).not.toHaveProperty("model_provider");
    expect(settings({ usesKey: false, baseUrl })["openai_base_url"]).toBe(`"${baseUrl}"`);
  });

  it.each([
    ["danger-full-access", "never"],
    ["workspace-write", "on-request"],
    ["read-only", "on-request"],
  ] as const)("let it ask where it may not do everything: %s", (permissions, approval) => {
    const words = codexArguments({
      ...{ hookPath: "/hook", directory: "/clone", permissions, usesKey: true, baseUrl: undefined },
    });
    expect(words.join(" ")).toContain(`--sandbox ${permissions} --ask-for-approval ${approval}`);
  });
});
