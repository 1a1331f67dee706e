import { describe, expect, it } from "vitest";
import { mustFind, startDesk, textIn } from "../recording-ask.ts";

async function latest(desk: Awaited<ReturnType<typeof startDesk>>) {
  const [thopter] = await desk.rig.store.list("thopter", { newestFirst: true });
  return thopter;
}

describe("provision", () => {
  it("makes a thopter of what was typed and leaves the rest to its card", async () => {
    const desk = await startDesk();
    const text =
      "provision fix the login bug --repo owner/gate --branch main --ttl 8h --name jade-owl --label a,b --priority high --keep-on-failure";
    const { refused } = await desk.type("ann", text);
    expect(refused).toBeUndefined();
    expect(await latest(desk)).toMatchObject({
      task: "fix the login bug",
      repository: "https://github.com/owner/gate.git",
      base: "main",
      ttlMs: 8 * 3_600_000,
      name: "jade-owl",
      labels: ["a", "b"],
      keepOnFailure: true,
      ownerId: "ann",
    });
    const [operation] = await desk.rig.store.list("operation");
    expect(operation).toMatchObject({ priority: "high", front: "slack" });
    expect(desk.followed).toEqual([[operation?.id]]);
  });

  it("remembers the repository for the channel, says so, and follows the latest", async () => {
    const desk = await startDesk();
    const first = await desk.type("ann", "provision one --repo owner/gate");
    expect(textIn(first.whispers[0])).toMatch(/owner\/gate.*this channel's repository/);
    const second = await desk.type("ben", "provision two");
    expect(second.whispers).toEqual([]);
    expect(await latest(desk)).toMatchObject({
      task: "two",
      repository: "https://github.com/owner/gate.git",
    });
    const other = await desk.type("ann", "provision three", { channel: "C2" });
    expect(other.views).toHaveLength(1);
    await desk.type("ann", "provision four --repo owner/fence");
    await desk.type("ann", "provision five");
    expect((await latest(desk))?.repository).toMatch(/fence/);
  });

  it("forgets nothing it was not accepted with", async () => {
    const desk = await startDesk();
    const { refused } = await desk.type("ann", "provision one --repo ftp://gate");
    expect(refused).toMatch(/Cannot use the repository/);
    expect((await desk.type("ann", "provision two")).views).toHaveLength(1);
  });

  it("makes one thopter of a request that is delivered twice", async () => {
    const desk = await startDesk();
    const place = { key: "same" };
    await desk.type("ann", "provision one --repo owner/gate", place);
    await desk.type("ann", "provision one --repo owner/gate", place);
    expect(await desk.rig.store.list("thopter")).toHaveLength(1);
    expect(new Set(desk.followed.flat()).size).toBe(1);
  });

  it("refuses in words what is wrong with a flag, and who may only look", async () => {
    const desk = await startDesk();
    for (const [flags, words] of [
      ["--ttl soon", /give a time such as/],
      ["--priority very", /urgent, high, normal, low/],
      ["--name Jade_Owl", /Cannot name a thopter/],
      ["--label !", /Cannot use the label/],
    ] as const) {
      const { refused } = await desk.type("ann", `provision x --repo o/r ${flags}`);
      expect(refused).toMatch(words);
    }
    const { refused } = await desk.type("vera", "provision x --repo o/r");
    expect(refused).toMatch(/role "operator"/);
    expect(await desk.rig.store.list("thopter")).toEqual([]);
  });
});

describe("the form for a new thopter", () => {
  it("opens at once with the channel's repository, checks what is typed, and provisions", async () => {
    const desk = await startDesk();
    await desk.type("ann", "provision one --repo owner/gate");
    const { views } = await desk.type("ann", "provision");
    expect(JSON.stringify(views[0])).toContain('"initial_value":"owner/gate"');
    const values = { task: "two", repository: "owner/gate", ttl: "1d", priority: "low" };
    const wrong = await desk.submit("ann", views[0], { task: " ", repository: "-x", base: ".." });
    expect(Object.keys(wrong.errors ?? {}).toSorted()).toEqual(["base", "repository", "task"]);
    const right = await desk.submit("ann", views[0], { ...values, base: "main" });
    expect(right.errors ?? right.refused).toBeUndefined();
    expect(await latest(desk)).toMatchObject({ task: "two", base: "main", ttlMs: 86_400_000 });
  });

  it("keeps the task that was typed where only the repository is missing", async () => {
    const desk = await startDesk();
    const { views } = await desk.type("ann", "provision fix &lt;it&gt; &amp; more");
    expect(JSON.stringify(views[0])).toContain("fix <it> & more");
    const mentioned = await desk.type("ann", "provision fix it", { via: "mention" });
    const button = mustFind(mentioned.whispers[0], "Fill in…");
    const { views: opened } = await desk.press("ann", button);
    expect(JSON.stringify(opened[0])).toContain('"initial_value":"fix it"');
  });
});
