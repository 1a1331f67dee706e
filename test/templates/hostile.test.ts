import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { longestInstructions } from "../../src/core/template.ts";
import { listingOf, refusalOf, rendered } from "./kit.ts";

const long = "a".repeat(30_000);

describe("a hostile template", () => {
  it.each([
    ["a long loop", "{% for i in (1..1000000000) %}{% endfor %}"],
    ["loops in loops", "{% for i in (1..900) %}{% for j in (1..900) %}xx{% endfor %}{% endfor %}"],
    ["much text in a loop", `{% for i in (1..900) %}${long}{% endfor %}`],
    [
      "text that doubles",
      `{% assign x = "ab" %}{% for i in (1..99) %}{% assign x = x | append: x %}{% endfor %}`,
    ],
    ["text put between all letters", `{% assign x = "${long}" %}{{ x | replace: "", x }}`],
    [
      "a list of all letters again and again",
      `{% assign a = "${long}" | split: "" %}{% for c in a %}{{ a | join: "" | size }}{% endfor %}`,
    ],
    ["a long range", "{{ (1..999999) }}"],
    ["tags in tags", "{% if true %}".repeat(5000)],
    ["brackets in brackets", `{{ vars${"[vars".repeat(12_000)} }}`],
    ["an output that never ends", "{{".repeat(30_000)],
    ["a captured text", "{% capture x %}x{% endcapture %}{{ x }}"],
    ["a layout", "{% layout none %}x"],
    ["a block", `{% block "x" %}x{% endblock %}`],
    ["a row of a table", "{% tablerow i in labels %}x{% endtablerow %}"],
    ["a list in a list", "{{ labels | push: labels }}"],
    ["the time", `{{ "now" | date: "%s" }}`],
  ])("with %s is refused", (_what, main) => {
    expect(refusalOf({ main })).toMatch(/^Cannot use the template "main": .*main\.md:1: /s);
  });

  it("that includes others a billion times is ended", () => {
    const chain = Array.from({ length: 40 }, (_, number) => {
      const next = `{% render "a${number + 1}" %}`;
      return [`a${number}`, number === 39 ? "" : `${next}${next}`] as const;
    });
    const files = { main: `{% include "a0" %}`, ...Object.fromEntries(chain) };
    expect(refusalOf(files)).toContain("it takes too long");
    expect(listingOf(files).problems).toEqual([]);
  });

  it.each([
    "{{ constructor }}",
    "{{ __proto__ }}",
    "{{ task.constructor.constructor }}",
    "{{ vars.__proto__ }}",
    '{{ vars["constructor"]["constructor"] }}',
    "{{ labels.__proto__.map }}",
    "{{ labels.map }}",
    "{{ task.length.constructor }}",
    '{{ "x".constructor }}',
    "{% for i in vars.constructor %}{% endfor %}",
  ])("gets at nothing behind a value: %s", (main) => {
    expect(refusalOf({ main })).toContain("there is no variable");
  });

  it.each([
    "../main2",
    "/etc/passwd",
    "./a",
    "a.md",
    "..%2fa",
    "a/../a",
    "file:///etc/passwd",
    "constructor",
    "__proto__",
    "templates:a",
    "",
  ])("reads nothing outside its place: %j", (name) => {
    for (const tag of ["include", "render"]) {
      const words = refusalOf({ main: `{% ${tag} "${name}" %}`, a: "x" });
      expect(words).toMatch(/which is no template of the repository|in quotes|illegal/);
      expect(words).not.toContain("root:");
    }
  });

  it("steers no terminal by its errors and its names, and types nothing by its text", () => {
    const escape = "\u001b]0;owned\u0007\u001b[31m";
    for (const main of [
      `{{ vars["${escape}"] }}`,
      `{% include "${escape}" %}`,
      `{% ${escape} %}`,
      `{{ task | ${escape} }}`,
      `---\n"${escape}": 1\n---\n`,
      `---\ndescription: "${escape}\n---\n`,
    ]) {
      // oxlint-disable-next-line no-control-regex
      expect(refusalOf({ main })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
    expect(
      rendered({ main: `a\u001b[201~\u0003${escape}b{{ vars.x }}` }, { x: "\u001b[201~\r!" }),
    ).toBe("ab\n!");
    const [{ description } = { description: "" }] = listingOf({
      main: `---\ndescription: "a\\e[31mb\\u202e"\n---\nx`,
    }).templates;
    expect(description).toBe("ab");
  });

  it("takes no more time for others than they are needed", () => {
    const keys = Array.from({ length: 11_000 }, (_, key) => `${key.toString(36)}:`).join("\n");
    const slow = `---\n${keys}\n---\n`;
    expect(refusalOf({ main: slow })).toContain("its front matter is larger than 8 KB");
    // What is wrong with it would be said, had it been read.
    expect(rendered({ main: "x", slow })).toBe("x");
    expect(refusalOf({ main: `{% include "slow" %}`, slow })).toContain("slow.md:1: its front");
    expect(listingOf({ main: "x", slow })).toMatchObject({
      templates: [{ name: "main" }],
      problems: [{ message: "its front matter is larger than 8 KB" }],
    });
  });

  it.each([
    ["text", `{% comment %}${"x".repeat(60_000)}{% endcomment %}`],
    ["front matter", `---\ndescription: x\n# ${"x".repeat(4000)}\n---\n`],
  ])("includes a bounded amount of %s", (_what, part) => {
    const parts = ["a", "b", "c"].map((name) => [name, part] as const);
    const main = parts.map(([name]) => `{% include "${name}" %}`).join("x");
    const files = { main, ...Object.fromEntries(parts) };
    expect(refusalOf(files)).toContain("main.md:1: with all it includes it has more than 128 KB");
    expect(listingOf(files).problems).toHaveLength(1);
    expect(rendered({ ...files, main: `x{% include "a" %}` })).toContain("x");
  });

  it("cannot bomb the YAML of its front matter", () => {
    const laughs = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let number = 1; number < 9; number += 1) {
      const [from, to] = ["abcdefghi"[number - 1] ?? "", "abcdefghi"[number] ?? ""];
      laughs.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(",")}]`);
    }
    expect(refusalOf({ main: `---\n${laughs.join("\n")}\n---\nx` })).toContain(
      "may not use the alias",
    );
    const deep = `---\nvariables: ${"[".repeat(20_000)}\n---\nx`;
    expect(refusalOf({ main: deep })).toContain("main.md:");
    expect(refusalOf({ main: `---\nvariables: ${"{a: ".repeat(9000)}\n---\nx` })).toContain(
      "main.md:",
    );
  });
});

/** What they make, or why they make nothing. Throws what is no word for a person. */
function wordsOf(...given: Parameters<typeof rendered>): string {
  try {
    return rendered(...given);
  } catch (error) {
    if (error instanceof UserError && error.message.length < 5000) return error.message;
    throw error;
  }
}

const names = ["main", "a", "b", "folder/c"];
const piece = fc.oneof(
  fc.constantFrom(
    "text ",
    "{{ task }}",
    "{{ vars.v }}",
    "{{ nothing }}",
    "\n",
    "{%",
    "}}",
    "---\n",
  ),
  fc.constantFrom("{% for i in (1..9999) %}", "{% endfor %}", "{% if vars.v %}", "{% endif %}"),
  fc.constantFrom("{{ labels | join: task | append: vars.v | split: 'a' | reverse }}"),
  fc
    .tuple(fc.constantFrom("include", "render"), fc.constantFrom(...names, "../a", "/etc/hostname"))
    .map(([tag, name]) => `{% ${tag} "${name}" %}`),
  fc.string({ maxLength: 20 }),
);
const body = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));

describe("whatever templates hold", () => {
  it("they make a bounded text from their own words, or are refused with words", () => {
    const all = fc.record({ main: body, a: body, b: body, "folder/c": body });
    fc.assert(
      fc.property(all, fc.string({ maxLength: 50 }), (files, v) => {
        const words = wordsOf(files, { v });
        expect(words.length).toBeLessThanOrEqual(longestInstructions);
        // oxlint-disable-next-line no-control-regex
        expect(words).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
        for (const { file } of listingOf(files).problems) {
          expect(names.map((name) => `.thopter/templates/${name}.md`)).toContain(file);
        }
      }),
      { numRuns: 300 },
    );
  });
});
