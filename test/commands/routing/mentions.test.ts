import { describe, expect, it } from "vitest";
import type { Thopter } from "../../../src/core/thopter.ts";
import { settle } from "../../manual-clock.ts";
import { startStubKit } from "../stub-kit.ts";
import type { StubKit } from "../stub-kit.ts";
import { eventually } from "../../eventually.ts";

const thread = "9.0";

/** A thopter of UANN's, and a thread that is about it. */
async function startThread(): Promise<
  StubKit & { thopter: Thopter; say: Say; words(): Promise<string> }
> {
  const kit = await startStubKit();
  const ann = { teamId: "T01", userId: "UANN", name: "Real UANN", role: "operator" } as const;
  const caller = await kit.rig.fleet.slackPeople.identify(ann);
  const thopter = await kit.rig.provision(caller);
  kit.rig.world.agentSays(thopter.machineId ?? "", "idle");
  await settle();
  kit.threads.set(`C01 ${thread}`, thopter.id);
  let said = 0;
  return {
    ...kit,
    thopter,
    async say(text, patch = {}) {
      await kit.event({
        type: "app_mention",
        text: `<@UBOT> ${text}`,
        thread_ts: thread,
        ...patch,
      });
    },
    async words() {
      said += 1;
      return (await kit.whispers(said)).at(-1) ?? "";
    },
  };
}

type Say = (text: string, patch?: Record<string, unknown>) => Promise<void>;

describe("in the thread of a thopter", () => {
  it("free text is told to its agent, as it was written", async () => {
    const { say, rig } = await startThread();
    await say("now run `npm test -- --silent`\nand fix what fails");
    await eventually(() => expect(rig.world.told).toHaveLength(1));
    expect(rig.world.told[0]?.text).toBe("now run `npm test -- --silent`\nand fix what fails");
  });

  it.each([
    "status page is broken, please mend it",
    "list all files that mention it",
    "log the errors better",
    "cancel the last change",
    "help me with the tests",
    "resume where you stopped",
  ])("a sentence that begins with a harmless subcommand is told too: %s", async (text) => {
    const { say, rig } = await startThread();
    await say(text);
    await eventually(() => expect(rig.world.told.map((told) => told.text)).toEqual([text]));
  });

  it("subcommands mean its thopter", async () => {
    const { say, words, thopter, rig } = await startThread();
    await say("status");
    expect(await words()).toContain(thopter.name);
    await say("tell run the tests");
    await eventually(() =>
      expect(rig.world.told.map(({ text }) => text)).toEqual(["run the tests"]),
    );
  });

  it("answers stand in the thread, for the asker alone", async () => {
    const { say, stub } = await startThread();
    await say("status");
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(1));
    const { args } = stub.called("chat.postEphemeral")[0] ?? {};
    expect(args).toMatchObject({ channel: "C01", user: "UANN", thread_ts: thread });
  });

  it("a destructive word that begins a sentence destroys nothing, and asks what was meant", async () => {
    const { say, stub, rig, thopter, press } = await startThread();
    for (const text of [
      "destroy the old cache code",
      "destroy it",
      `destroy ${thopter.name} now`,
    ]) {
      await say(text);
    }
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(3));
    const first = stub
      .called("chat.postEphemeral")
      .find(({ args }) => args["blocks"]?.includes("destroy the old cache code"));
    expect(first?.args["text"]).toMatch(/Did you mean to tell the agent this, or to destroy/);
    expect(await operations(rig, thopter)).toEqual(["provision"]);
    const tell = valueOf(first?.args["blocks"], "th:meant-tell");
    await press("th:meant-tell", actionOf("th:meant-tell", tell));
    await eventually(() =>
      expect(rig.world.told.map(({ text }) => text)).toEqual(["destroy the old cache code"]),
    );
    await press("th:meant-tell", actionOf("th:meant-tell", tell));
    await eventually(() =>
      expect(stub.responses.map(({ content }) => content["text"]).join()).toMatch(
        /it was answered, or is too old/,
      ),
    );
    expect(rig.world.told).toHaveLength(1);
  });

  it("a doubt is for the one who was asked, and survives a restart of the app", async () => {
    const { say, stub, rig, press } = await startThread();
    await say("destroy the old cache code");
    await eventually(() => expect(stub.called("chat.postEphemeral")).toHaveLength(1));
    const value = valueOf(stub.called("chat.postEphemeral")[0]?.args["blocks"], "th:meant-destroy");
    const user = { id: "UBEN", team_id: "T01" };
    await press("th:meant-destroy", { ...actionOf("th:meant-destroy", value), user });
    await eventually(() =>
      expect(stub.responses.at(-1)?.content["text"]).toMatch(/someone else was asked/),
    );
    expect((await rig.store.list("setting")).map(({ id }) => id)).toContain(`slack-doubt:${value}`);
    await press("th:meant-destroy", actionOf("th:meant-destroy", value));
    await eventually(() => expect(JSON.stringify(stub.responses.at(-1))).toMatch(/th:destroy-now/));
    expect((await rig.store.list("setting")).map(({ id }) => id)).not.toContain(
      `slack-doubt:${value}`,
    );
  });

  it("destroying it by a bare word leads to the preview, which destroys nothing", async () => {
    const { say, stub, rig, thopter } = await startThread();
    await say("destroy");
    await eventually(() =>
      expect(JSON.stringify(stub.called("chat.postEphemeral"))).toContain("th:destroy-now"),
    );
    expect(await operations(rig, thopter)).toEqual(["provision"]);
  });

  it("one word that is nearly a subcommand is a slip, and nothing is told", async () => {
    const { say, words, rig } = await startThread();
    await say("destory");
    expect(await words()).toMatch(/Did you mean `\/thopter destroy`\?/);
    expect(rig.world.told).toEqual([]);
  });

  it("the same words in another thread mean no thopter", async () => {
    const { say, words, rig } = await startThread();
    await say("please run the tests", { thread_ts: "8.0" });
    expect(await words()).toMatch(/There is no subcommand "please"/);
    await say("destroy the old cache code", { thread_ts: "8.0" });
    expect(await words()).toMatch(/Nothing was done: no thopter is called "the" or "old"/);
    expect(rig.world.told).toEqual([]);
  });
});

describe("a mention", () => {
  it("is what follows it, or what stands before it", async () => {
    const { event, whispers } = await startStubKit();
    const type = "app_mention";
    await event({ type, text: "<@UBOT>: list" });
    await event({ type, text: "hey <@UBOT|thopter> list" });
    await event({ type, text: "list <@UBOT>" });
    for (const words of await whispers(3)) expect(words).toMatch(/There are no thopters/);
  });

  it("without words gets help, and forms come behind a button", async () => {
    const { event, whispers, stub } = await startStubKit();
    await event({ type: "app_mention", text: "<@UBOT>" });
    expect(await whispers(1)).toEqual(["What /thopter can do"]);
    await event({ type: "app_mention", text: "<@UBOT> provision" });
    await whispers(2);
    expect(stub.called("views.open")).toEqual([]);
    expect(stub.called("chat.postEphemeral")[1]?.args["blocks"]).toContain("th:provision-form");
  });

  it("is run once though Slack tells of it as a message too", async () => {
    const { event, whispers, rig } = await startStubKit();
    const shared = { text: "<@UBOT> list", channel: "D01", ts: "7.7" };
    await event({ type: "app_mention", ...shared });
    await event({ type: "message", channel_type: "im", ...shared });
    await event({ type: "message", channel_type: "im", text: "status", channel: "D01" });
    await whispers(2);
    await rig.clock.advance(0);
    expect(await whispers(2)).toHaveLength(2);
  });
});

describe("after /thopter", () => {
  it("nothing but names is taken where names belong", async () => {
    const { command, whispers } = await startStubKit();
    await command("destroy the old cache code");
    expect((await whispers(1))[0]).toMatch(/Nothing was done: no thopter is called "the"/);
    await command("destroy amber-falcon");
    expect((await whispers(2))[1]).toMatch(/amber-falcon/);
    await command("list everything");
    expect((await whispers(3))[2]).toMatch(/`list` takes no words/);
  });

  it("what is wrong is said with what was meant", async () => {
    const { command, whispers, stub } = await startStubKit();
    await command("destory a");
    await command("destroy --dryrun");
    const said = (await whispers(2)).join();
    expect(said).toMatch(/Did you mean `\/thopter destroy`\?/);
    expect(said).toMatch(/Did you mean `--dry-run`\?/);
    await command("hello <!channel> *there*");
    await whispers(3);
    expect(JSON.stringify(stub.responses)).not.toContain("<!channel>");
  });

  it("--help is help", async () => {
    const { command, whispers } = await startStubKit();
    await command("destroy --help");
    expect(await whispers(1)).toEqual(["How to use /thopter destroy"]);
  });
});

async function operations({ store }: StubKit["rig"], thopter: Thopter): Promise<string[]> {
  const all = await store.list("operation");
  return all.filter(({ thopterId }) => thopterId === thopter.id).map(({ kind }) => kind);
}

function valueOf(blocks: string | undefined, actionId: string): string {
  const found = new RegExp(`"action_id":"${actionId}"[^}]*}[^}]*?"value":"([^"]+)"`).exec(
    blocks ?? "",
  );
  if (found?.[1] === undefined)
    throw new Error(`There is no button "${actionId}" in ${blocks ?? ""}`);
  return found[1];
}

function actionOf(actionId: string, value: string) {
  const action = { action_id: actionId, value, action_ts: `${Math.random()}`, type: "button" };
  return { actions: [action] };
}
