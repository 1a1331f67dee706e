import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTemplates } from "../../src/templates/templates.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { facts, listingOf, refusalOf, rendered } from "./kit.ts";

describe("a template", () => {
  it("knows the task, the thopter and the variables of the request, and nothing else", () => {
    const body = `{{ task }}|{{ name }}|{{ repository }}|{{ repository_name }}|{{ base }}|{{ branch }}|{{ labels | join: "+" }}|{{ owner }}|{{ vars.ticket }}`;
    expect(rendered({ main: body }, { ticket: "42" })).toBe(
      "mend the gate|calm-otter|https://example.com/team/gate.git|gate|main|thopter/calm-otter|red+blue|Ann|42",
    );
    for (const name of ["env", "process", "global", "constructor", "this", "self", "settings"]) {
      expect(refusalOf({ main: `{{ ${name} }}` })).toContain(`no variable "${name}"`);
    }
  });

  it("that names an unknown variable is refused with its line and those there are", () => {
    const text = "---\ndescription: x\n---\n{{ task }}\n{{ vars.tiket }}\n";
    expect(refusalOf({ main: text }, { ticket: "42" })).toBe(
      'Cannot use the template "main": .thopter/templates/main.md:5: there is no variable "vars.tiket"; there are task, name, repository, repository_name, base, branch, labels, owner, vars.ticket. "thopter template check" shows all that is wrong.',
    );
  });

  it("may ask whether there is a variable, and give it a default", () => {
    const body = `{% if vars.a %}yes{% else %}no{% endif %} {{ vars.b | default: "b" }}`;
    expect(rendered({ main: body })).toBe("no b");
    expect(rendered({ main: body }, { a: "1", b: "2" })).toBe("yes 2");
  });

  it("declares its variables with defaults, and those that it needs", () => {
    const front = `---
description: Mends a bug
variables:
  ticket: {description: the number, required: true}
  depth: {default: 3}
  note:
---
`;
    const main = `${front}#{{ vars.ticket }} {{ vars.depth }}{% if vars.note %} {{ vars.note }}{% endif %}{{ vars.note }}`;
    expect(listingOf({ main })).toEqual({
      templates: [
        {
          name: "main",
          description: "Mends a bug",
          variables: [
            { name: "ticket", required: true, description: "the number" },
            { name: "depth", required: false, default: "3" },
            { name: "note", required: false },
          ],
        },
      ],
      problems: [],
    });
    expect(rendered({ main }, { ticket: "42" })).toBe("#42 3");
    expect(rendered({ main }, { ticket: "42", depth: "9", note: "x" })).toBe("#42 9 xx");
    expect(refusalOf({ main })).toContain('it needs the variable "ticket" (the number)');
    expect(refusalOf({ main }, { ticket: "1", tiket: "2" })).toContain(
      'takes no variable "tiket". It takes ticket, depth, note.',
    );
  });

  it.each([
    ["---\ndescripton: x\n---\n", 2, 'may not set "descripton"; it may set description, variables'],
    ["---\nvariables:\n  a: {defualt: x}\n---\n", 3, "variables.a: it may not set"],
    ["---\nvariables: {a b: {}}\n---\n", 2, "a name is letters"],
    ["---\ndescription: [\n---\n", 2, ""],
    ["---\ndescription: x\n", 1, 'no "---" at its end'],
    ["---\ndescription: !!js/function x\n---\n", 2, "Unresolved tag"],
    ["---\nvariables: &a {}\ndescription: *a\n---\n", 3, 'may not use the alias "*a"'],
    ["---\n__proto__: {a: 1}\n---\n", 2, 'may not set "__proto__"'],
    ["---\na: 1\na: 2\n---\n", 3, "unique"],
  ])("with the front matter %j is refused at line %i", (front, line, words) => {
    const [problem] = listingOf({ main: `${front}text` }).problems;
    expect(problem).toMatchObject({ file: ".thopter/templates/main.md", line });
    expect(problem?.message).toContain(words);
    expect(refusalOf({ main: `${front}text` })).toContain(`main.md:${line}: `);
  });

  it("with rules of more than a few dashes is no front matter", () => {
    expect(rendered({ main: "----\n{{ task }}\n---\n" })).toBe("----\nmend the gate\n---");
    expect(rendered({ main: "\ufeff---\r\ndescription: x\r\n---\r\n{{ task }}\r\nx" })).toBe(
      "mend the gate\nx",
    );
  });

  it("that makes no text is refused", () => {
    expect(
      refusalOf({ main: "---\ndescription: x\n---\n{% if false %}x{% endif %} \n" }),
    ).toContain("makes no text");
  });
});

describe("an included template", () => {
  it("comes from the same place, in folders of one level as well", () => {
    const files = {
      main: `{% include "parts/rules" %}; {% render "hello", who: owner %}`,
      "parts/rules": `{% render "deep" %} on {{ branch }}`,
      deep: "---\ndescription: never shown\n---\nBe careful with {{ repository_name }}",
      hello: "Hello {{ who }} of {{ name }}",
    };
    expect(rendered(files)).toBe(
      "Be careful with gate on thopter/calm-otter; Hello Ann of calm-otter",
    );
    expect(listingOf(files).problems).toEqual([]);
  });

  it("that is missing is named with the line that includes it, also where it is never reached", () => {
    const main = `---\ndescription: x\n---\none\n{% if false %}\n{% include "rulez" %}{% endif %}`;
    expect(refusalOf({ main, rules: "x" })).toContain(
      'main.md:6: it includes "rulez", which is no template of the repository',
    );
  });

  it("that includes itself in a circle is named with the whole circle", () => {
    const files = {
      main: `{% include "a" %}`,
      a: `\n{% render "b" %}`,
      b: `{% liquid\n  if true\n    include "a"\n  endif\n%}`,
    };
    expect(refusalOf(files)).toMatch(/b\.md:\d: it includes itself: "a" -> "b" -> "a"/);
    expect(refusalOf({ main: `{% include "main" %}` })).toContain('"main" -> "main"');
  });

  it("that is broken is told of under its own name and line", () => {
    const files = { main: `x\n{% include "a" %}`, a: "\n\n{{ nothing }}" };
    expect(refusalOf(files)).toContain('a.md:3: there is no variable "nothing"');
    expect(refusalOf({ ...files, a: "---\nx: 1\n---\n" })).toContain('a.md:2: it may not set "x"');
    expect(refusalOf({ ...files, a: "\n{% if %}" })).toContain("a.md:2: ");
  });

  it.each(["task", "none", "'a{{ task }}'", "vars.x", "labels[0]"])(
    "named by %s is refused: the name is not in quotes",
    (name) => {
      const words = refusalOf({ main: `\n{% include ${name} %}`, a: "x" }, { x: "a" });
      expect(words).toContain('main.md:2: "include" needs the name of a template in quotes');
    },
  );
});

describe("a check of all templates", () => {
  it("finds what rendering would find, in each of them, and lists the sound ones", () => {
    const { templates, problems } = listingOf({
      sound: `{% include "part", who: "x" %}`,
      part: "{{ who }}",
      typo: "\n{{ tsk }}",
      declared: "---\nvariables: {a: }\n---\n{{ vars.b }}",
      filter: "{{ task | nofilter }}",
      tag: "\n\n{% nothing %}",
      open: "{% if task %}",
    });
    expect(templates.map(({ name }) => name)).toEqual(["sound", "part", "typo", "declared"]);
    expect(problems.map(({ file, line }) => `${file.slice(19)}:${line}`).toSorted()).toEqual([
      "declared.md:4",
      "filter.md:1",
      "open.md:1",
      "tag.md:3",
      "typo.md:2",
    ]);
  });
});

describe("the hub's templates", () => {
  function directoryWith(files: Readonly<Record<string, string>>): string {
    const directory = join(temporaryDirectory(), "templates");
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return directory;
  }

  it("are the Markdown files of a directory and its folders, read anew each time", async () => {
    const directory = directoryWith({
      "bugfix.md": `{% include "team/rules" %}`,
      "team/rules.md": "{{ task }}",
      "team/deep/er.md": "x",
      "notes.txt": "x",
    });
    const templates = createTemplates({ directory });
    expect((await templates.list()).templates.map(({ name }) => name)).toEqual([
      "bugfix",
      "team/rules",
    ]);
    const choice = { name: "bugfix", variables: {} };
    expect(await templates.render(choice, facts)).toBe("mend the gate");
    writeFileSync(join(directory, "team/rules.md"), "now: {{ task }}");
    expect(await templates.render(choice, facts)).toBe("now: mend the gate");
    expect(await templates.get("bugfix")).toMatchObject({ text: `{% include "team/rules" %}` });
    await expect(templates.get("nothing")).rejects.toThrow(
      'Cannot find the template "nothing" of the hub. There are "bugfix", "team/rules".',
    );
  });

  it("may be none", async () => {
    const templates = createTemplates({ directory: join(temporaryDirectory(), "templates") });
    expect(await templates.list()).toEqual({ templates: [], problems: [] });
    await expect(templates.get("x")).rejects.toThrow("It has none.");
  });

  it("are plain files of bounded size with sensible names; one that is not stops no other", async () => {
    const directory = directoryWith({
      "good.md": "{{ task }}",
      "Bad Name.md": "x",
      "none.md": "x",
      "large.md": "x".repeat(65_537),
    });
    writeFileSync(join(directory, "latin.md"), Buffer.from([0x66, 0xfc, 0x72]));
    symlinkSync("/etc/passwd", join(directory, "link.md"));
    symlinkSync("/etc", join(directory, "folder"));
    const templates = createTemplates({ directory });
    const { templates: found, problems } = await templates.list();
    expect(found.map(({ name }) => name)).toEqual(["good"]);
    expect(problems.map(({ file }) => file)).toEqual([
      "templates/Bad Name.md",
      "templates/large.md",
      "templates/latin.md",
      "templates/link.md",
      "templates/none.md",
    ]);
    expect(await templates.render({ name: "good", variables: {} }, facts)).toBe("mend the gate");
    await expect(templates.get("link")).rejects.toThrow("Cannot find");
  });

  it("are at most fifty", async () => {
    const names = Array.from({ length: 51 }, (_, number) => [`t${number}.md`, "x"] as const);
    const templates = createTemplates({ directory: directoryWith(Object.fromEntries(names)) });
    await expect(templates.list()).rejects.toThrow("51 files");
  });
});
