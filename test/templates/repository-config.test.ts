import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { parseRepositoryConfig } from "../../src/templates/repository-config.ts";

function refusalOf(text: string): string {
  try {
    return `taken: ${JSON.stringify(parseRepositoryConfig(text))}`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

describe("the configuration of a repository", () => {
  it("may name a template, a time to live, labels and what becomes of the setup script", () => {
    const text = `# what suits us
template: repo:bugfix
ttl: 8h
labels: [team:red, "ci"]
setup:
  script: false
  timeout: 90s
`;
    expect(parseRepositoryConfig(text)).toEqual({
      template: "repo:bugfix",
      ttlMs: 8 * 3_600_000,
      labels: ["team:red", "ci"],
      setup: { script: false, timeoutMs: 90_000 },
    });
    for (const empty of ["", "# nothing\n", "{}", "---\n"])
      expect(parseRepositoryConfig(empty)).toEqual({});
    expect(parseRepositoryConfig("template: none")).toEqual({ template: "none" });
  });

  it.each([
    "command",
    "identity",
    "env",
    "secrets",
    "owner",
    "permissions",
    "agent",
    "base",
    "size",
    "provider",
    "__proto__",
    "constructor",
  ])('may not set "%s", which is named with its line', (key) => {
    const words = refusalOf(`ttl: 8h\n${key}: {a: 1}\n`);
    expect(words).toContain('Cannot use ".thopter/config.yml" of the repository: line 2: ');
    expect(words).toContain(`it may not set "${key}"`);
    expect(refusalOf(`setup:\n  ${key}: 1`)).toContain(`it may not set "${key}"`);
  });

  it.each([
    ["ttl: 10s", "ttl: it is between one minute and 30 days"],
    ["ttl: 31d", "ttl: it is between one minute and 30 days"],
    ["ttl: soon", 'ttl: give a time such as "90s"'],
    ["ttl: 8", "ttl: "],
    ["labels: [-x]", 'labels: Cannot use the label "-x"'],
    ["labels: team", "labels: "],
    [`labels: [${Array.from({ length: 21 }, (_, n) => `l${n}`).join(",")}]`, "20 are the most"],
    ["template: ../secrets", "template: give the name of a template"],
    ["template: repo:repo:x", "template: give the name of a template"],
    ["setup: {script: true}", "setup.script: it can only be false"],
    ["setup: {script: ./other.sh}", "setup.script: it can only be false"],
    ["setup: {timeout: 0s}", 'setup.timeout: give a time such as "90s"'],
    ["- ttl: 8h", "expected object"],
    ["ttl: 8h\nttl: 9h", "line 2: Map keys must be unique"],
    ["ttl: !!js/function 8h", "line 1: Unresolved tag"],
    ["labels: &a [x]\ntemplate: *a", 'line 2: it may not use the alias "*a"'],
    ["<<: {ttl: 8h}", 'it may not set "<<"'],
    ["ttl: 8h\n---\nttl: 9h", "line 2: "],
    ["ttl: [", "line 1: "],
    [`ttl: ${"[".repeat(15_000)}`, "line 1: "],
    [`x: ${"y".repeat(20_000)}`, "it is larger than 16 KB"],
    ['"\\e]0;owned\\a\\e[31mred": 1', 'it may not set "red"'],
  ])("that says %j is refused", (text, words) => {
    const refusal = refusalOf(text);
    expect(refusal).toContain(words);
    expect(refusal).toMatch(/Mend it on the base branch, then provision again\.$/);
    expect(refusal.length).toBeLessThan(1200);
    // oxlint-disable-next-line no-control-regex
    expect(refusal).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});
