import { describe, expect, it } from "vitest";
import { catalogue } from "../../tools/catalogue.ts";
import { bestMatches } from "../../tools/completions/best-matches.ts";
import { prompts } from "../../tools/prompts/prompt-catalogue.ts";
import { startTestHub } from "../http/test-hub.ts";

const task = "Add a --json flag\nto the list command";

async function client(token = "agent") {
  const hub = await startTestHub();
  hub.fleet.addThopter({ base: "main", labels: ["docs", "bad\u001b[31m"] });
  hub.fleet.addThopter({
    name: "jade-owl",
    repository: "https://example.com/a/c.git",
    base: "next",
    labels: ["api"],
  });
  return hub.client(token);
}

async function textOf(name: string, input: Record<string, string>): Promise<string> {
  const { messages } = await (await client()).getPrompt({ name, arguments: input });
  expect(messages).toMatchObject([{ role: "user", content: { type: "text" } }]);
  const content = messages[0]?.content;
  return content?.type === "text" ? content.text : "";
}

describe("prompts", () => {
  it("are listed with their arguments to those who may do what they say", async () => {
    const listed = (await (await client()).listPrompts()).prompts;
    expect(listed.map(({ name }) => name)).toEqual(["delegate_work", "clean_up_fleet"]);
    expect(listed[0]?.arguments?.map(({ name, required }) => [name, required])).toEqual([
      ["task", true],
      ["repository", true],
      ["base", false],
      ["template", false],
      ["identity", false],
      ["most", false],
    ]);
    for (const { description = "", title = "", arguments: taken = [] } of listed) {
      expect([description, title, ...taken.map((one) => one.description)]).not.toContain("");
    }
    for (const token of ["viewer", "readOnly"]) {
      const restricted = await client(token);
      expect((await restricted.listPrompts()).prompts).toEqual([]);
      await expect(restricted.getPrompt({ name: "clean_up_fleet" })).rejects.toMatchObject({
        code: -32_602,
      });
    }
  });

  it("delegate work with the task, the repository and the base as given", async () => {
    const text = await textOf("delegate_work", {
      task,
      repository: "acme/tools",
      base: "next",
      most: "3",
    });
    for (const words of [task, "acme/tools", "Start from: next", "at most 3"]) {
      expect(text).toContain(words);
    }
    const short = await textOf("delegate_work", { task, repository: "acme/tools" });
    expect(short).toContain("default branch");
    expect(short).toContain("at most 5");
    expect(short).not.toMatch(/undefined|[Tt]emplate|[Ii]dentity/);
    const given = { task, repository: "acme/tools", template: "bugfix", identity: "mine" };
    const equipped = await textOf("delegate_work", given);
    expect(equipped).toMatch(/^Template: bugfix\. .*which variables it takes/m);
    expect(equipped).toMatch(/^Identity: mine$/m);
    expect(equipped).toContain("with this repository, template, identity and a key");
  });

  it("clean up by the filters that list_thopters takes, and never without an answer", async () => {
    const all = { whose: "everyone's", label: 'do"cs', repository: "a/b", older_than_hours: "24" };
    const text = await textOf("clean_up_fleet", all);
    expect(text).toContain('list_thopters with label "do\\"cs", repository "a/b"');
    expect(text).toContain("age_minutes over 1440");
    expect(text).not.toContain("mine true");
    const plain = await textOf("clean_up_fleet", {});
    expect(plain).toContain("list_thopters with mine true;");
    expect(plain).toMatch(/dry_run true[^]*wait for my answer[^]*no others/);
    expect(plain).not.toMatch(/undefined|NaN/);
  });

  it("name what is wrong with an argument, and what there is", async () => {
    const one = await client();
    for (const [name, input, words] of [
      [
        "delegate_work",
        { task },
        /"repository".* It takes task, repository, base\?, template\?, identity\?, most\?/,
      ],
      ["delegate_work", { task, repository: "a/b", most: "99" }, /number from 1 to 20/],
      ["clean_up_fleet", { whose: "his" }, /"mine"\|"everyone's"/],
      ["clean_up_fleet", { all: "yes" }, /there is no argument "all"/],
      ["sell_fleet", {}, /There are delegate_work, clean_up_fleet/],
    ] as const) {
      await expect(one.getPrompt({ name, arguments: input })).rejects.toThrow(words);
    }
  });

  it("speak of tools and arguments that exist", () => {
    const words = prompts.map((prompt) =>
      prompt.words(prompt.name === "delegate_work" ? { task, repository: "a/b" } : {}),
    );
    const names = new Set(catalogue.map(({ name }) => name));
    const fields = new Set(
      catalogue.flatMap(({ input, output }) => [
        ...Object.keys(input.shape),
        ...Object.keys(output.shape),
      ]),
    );
    const named = words.join("\n").match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? [];
    const unknown = named.filter((name) => !names.has(name) && !fields.has(name));
    expect(unknown.filter((name) => name !== "age_minutes")).toEqual([]);
  });
});

describe("completion", () => {
  it("offers the names and ids of thopters, those that begin so first", async () => {
    const one = await client();
    const complete = async (value: string) =>
      (
        await one.complete({
          ref: { type: "ref/resource", uri: "thopter://thopters/{id}" },
          argument: { name: "id", value },
        })
      ).completion.values;
    expect(await complete("")).toEqual([
      "amber-falcon",
      "jade-owl",
      "id-amber-falcon",
      "id-jade-owl",
    ]);
    expect(await complete("JADE")).toEqual(["jade-owl", "id-jade-owl"]);
    expect(await complete("id-")).toEqual(["id-amber-falcon", "id-jade-owl"]);
    expect(await complete("zebra")).toEqual([]);
  });

  it("offers the names of templates", async () => {
    const { completion } = await (
      await client()
    ).complete({
      ref: { type: "ref/resource", uri: "thopter://templates/{id}" },
      argument: { name: "id", value: "rel" },
    });
    expect(completion.values).toEqual(["team/release"]);
  });

  it("puts what begins with the words before what contains them", () => {
    expect(bestMatches(["late-owl", "owl-late", "crow"], "Owl").values).toEqual([
      "owl-late",
      "late-owl",
    ]);
  });

  it("offers the ids of operations", async () => {
    const one = await client();
    await one.callTool({
      name: "destroy_thopters",
      arguments: { thopters: ["amber-falcon"], reason: "r" },
    });
    const { completion } = await one.complete({
      ref: { type: "ref/resource", uri: "thopter://operations/{id}" },
      argument: { name: "id", value: "op" },
    });
    expect(completion).toEqual({ values: ["op-1"], total: 1, hasMore: false });
  });

  it("offers a hundred at most, and says how many there are", async () => {
    const hub = await startTestHub();
    for (let count = 0; count < 650; count += 1) {
      hub.fleet.addThopter({ name: `owl-${String(count).padStart(3, "0")}` });
    }
    const one = await hub.client("viewer");
    const { completion } = await one.complete({
      ref: { type: "ref/resource", uri: "thopter://thopters/{id}" },
      argument: { name: "id", value: "owl-6" },
    });
    expect(completion).toMatchObject({ total: 100, hasMore: false });
    const all = await one.complete({
      ref: { type: "ref/resource", uri: "thopter://thopters/{id}" },
      argument: { name: "id", value: "" },
    });
    expect(all.completion).toMatchObject({ total: 1300, hasMore: true });
    expect(all.completion.values).toHaveLength(100);
  });

  it.each([
    ["delegate_work", { repository: "a/c" }, ["https://example.com/a/c.git"]],
    ["delegate_work", { base: "" }, ["main", "next"]],
    ["delegate_work", { base: "", repository: "https://example.com/a/c.git" }, ["next"]],
    ["delegate_work", { template: "" }, ["bugfix", "team/release", "none"]],
    ["delegate_work", { identity: "" }, ["mine", "spare"]],
    ["delegate_work", { task: "x" }, []],
    ["clean_up_fleet", { whose: "" }, ["mine", "everyone's"]],
    ["clean_up_fleet", { label: "" }, ["api", "docs"]],
  ] as const)("suggests for %s, from what is there, after %j", async (name, typed, expected) => {
    const [argument = "", value = ""] = Object.entries(typed)[0] ?? [];
    const one = await client();
    const { completion } = await one.complete({
      ref: { type: "ref/prompt", name },
      argument: { name: argument, value },
      context: { arguments: typed },
    });
    expect(completion.values).toEqual(expected);
  });

  it("refuses what cannot be completed, and names what can", async () => {
    const one = await client();
    for (const [ref, name, words] of [
      [{ type: "ref/prompt", name: "nothing" }, "task", /There are delegate_work/],
      [{ type: "ref/prompt", name: "delegate_work" }, "colour", /There are task, repository/],
      [
        { type: "ref/resource", uri: "thopter://nothing/{id}" },
        "id",
        /thopter:\/\/thopters\/\{id\}/,
      ],
      [{ type: "ref/resource", uri: "thopter://thopters/{id}" }, "name", /There are id\./],
    ] as const) {
      await expect(one.complete({ ref, argument: { name, value: "" } })).rejects.toThrow(words);
    }
  });
});
