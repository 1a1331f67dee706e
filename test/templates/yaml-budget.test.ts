import { describe, expect, it } from "vitest";
import { configBytes } from "../../src/core/template.ts";
import { readRepositoryConfig } from "../../src/templates/repository-config.ts";
import { readTemplate } from "../../src/templates/template-file.ts";
import { beyondBudget } from "../../src/templates/yaml-budget.ts";

const filled = (part: string): string => part.repeat(Math.floor(configBytes / part.length));
const keys = Array.from({ length: 3000 }, (_none, n) => `${n.toString(36)}:`).join("\n");

/** What costs the parser a tenth of a second and more, by the way in which it does. */
const costly: [string, string][] = [
  ["many keys", keys],
  ["many keys that are the same", filled(":\n")],
  ["a flow of many keys", `{${filled("a,").slice(0, -2)}}`],
  ["lists in lists", filled("[")],
  ["maps in maps", filled("{")],
  ["lists in lists on a line", filled("- ")],
  ["keys of keys", filled("? ")],
  ["values of values", filled(": ")],
  ["many labels", `labels: [${filled("a,").slice(20)}]`],
  ["many aliases", `a: &a x\nb: [${filled("*a,").slice(30)}]`],
  ["many tags", filled("!a !b ")],
  ["many directives", filled("%\n")],
];

describe("a configuration of a repository that would hold up the hub", () => {
  it.each(costly)("by %s never reaches the parser", (_name, text) => {
    expect(text.length).toBeLessThanOrEqual(configBytes);
    const read = readRepositoryConfig(text);
    expect(read).toMatchObject({ problems: [{ file: ".thopter/config.yml", line: 1 }] });
    const [problem, ...more] = "problems" in read ? read.problems : [];
    expect(more).toEqual([]);
    expect(problem?.message).toMatch(
      /^it (?:has more than 1000 words and signs|is nested too deeply)$/,
    );
  });

  it("by its front matter does not reach it either", () => {
    for (const front of [filled("[").slice(0, 8000), filled(":\n").slice(0, 8000)]) {
      const text = `---\n${front}\n---\nbody`;
      const read = readTemplate({ name: "a", text }, "a.md");
      const [problem] = "problems" in read ? read.problems : [];
      expect(problem?.message).toMatch(/^it (?:has more than 2500|is nested)/);
    }
  });
});

describe("the budget", () => {
  it("is enough for all that a template and a configuration can say", () => {
    const one = (n: number): string =>
      `  v${n}:\n    description: "some, words: about it"\n    default: 'x'\n    required: false\n`;
    const front = `description: all\nvariables:\n${Array.from({ length: 50 }, (_none, n) => one(n)).join("")}`;
    expect(beyondBudget(front, 2500)).toBeUndefined();
    const labels = Array.from({ length: 20 }, (_none, n) => `  - "team:l${n}" # why\n`).join("");
    const config = `# ${"words ".repeat(500)}\ntemplate: repo:x\nttl: 8h\nlabels:\n${labels}setup:\n  timeout: 90s\n`;
    expect(beyondBudget(config, 1000)).toBeUndefined();
    expect(readRepositoryConfig(config)).toHaveProperty("config.ttlMs", 8 * 3_600_000);
  });

  it("counts what is open, not what has been closed", () => {
    expect(beyondBudget("[[]] ".repeat(50), 1000)).toBeUndefined();
    expect(beyondBudget("[".repeat(11), 1000)).toBe("it is nested too deeply");
    expect(beyondBudget("- ".repeat(11), 1000)).toBe("it is nested too deeply");
    expect(beyondBudget("- a\n".repeat(50), 1000)).toBeUndefined();
  });
});
