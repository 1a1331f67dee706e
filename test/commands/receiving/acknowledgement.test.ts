import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { Feature } from "../../../commands/define-command.ts";
import { pressBody, startStubKit } from "../stub-kit.ts";
import { eventually } from "../../eventually.ts";

type Work = () => Promise<void>;

/** A feature that does the same on every way into it. */
function doing(work: Work): Feature {
  return {
    command: {
      ...{ name: "do", summary: "", usage: "do", examples: [], flags: {}, takes: "text" },
      run: work,
    },
    buttons: [{ id: "th:do", run: work }],
    forms: [{ id: "th:do-form", run: work }],
  };
}

const never: Work = () => new Promise(() => undefined);
const throwsAtOnce: Work = () => {
  throw new Error("a bug");
};
const throwsLater: Work = async () => {
  await new Promise((resolve) => setImmediate(resolve));
  throw new Error("a bug, later");
};
const refuses: Work = () => Promise.reject(new UserError("Cannot do it: it is *closed*."));

describe("every way to ask for something", () => {
  it.each([
    ["never ends", never],
    ["throws at once", throwsAtOnce],
    ["throws later", throwsLater],
    ["refuses", refuses],
  ])("is acknowledged though the work %s", async (_name, work) => {
    const { command, press, submit, event } = await startStubKit({ features: [doing(work)] });
    expect(await command("do")).toEqual({ status: 200, body: "" });
    expect(await press("th:do")).toEqual({ status: 200, body: "" });
    expect(await submit("th:do-form")).toEqual({ status: 200, body: "" });
    const mention = { type: "app_mention", text: "<@UBOT> do" };
    expect(await event(mention)).toEqual({ status: 200, body: "" });
  });

  it.each([
    ["throws at once", throwsAtOnce],
    ["throws later", throwsLater],
  ])("says under which reference the log has it when the work %s", async (_name, work) => {
    const kit = await startStubKit({ features: [doing(work)] });
    await kit.command("do");
    await kit.press("th:do");
    await kit.submit("th:do-form");
    await kit.event({ type: "app_mention", text: "<@UBOT> do" });
    const said = await kit.whispers(4);
    expect(said).toHaveLength(4);
    for (const words of said)
      expect(words).toMatch(/^Something went wrong \(reference ref-\d\)\.$/);
    expect(kit.reports).toHaveLength(4);
    expect(kit.reports.join()).toContain("a bug");
  });

  it("says why it was refused, as text that means nothing else", async () => {
    const { command, whispers, reports } = await startStubKit({ features: [doing(refuses)] });
    await command("do");
    expect(await whispers(1)).toEqual(["Cannot do it: it is \u2060*\u2060closed\u2060*\u2060."]);
    expect(reports).toEqual([]);
  });

  it("gives up what does not end, and says so", async () => {
    const signals: AbortSignal[] = [];
    const feature: Feature = {
      command: {
        ...{ name: "do", summary: "", usage: "do", examples: [], flags: {}, takes: "text" },
        run(_ports, { signal }) {
          signals.push(signal);
          return never();
        },
      },
    };
    const { command, whispers, rig } = await startStubKit({ features: [feature] });
    await command("do");
    await eventually(() => expect(signals).toHaveLength(1));
    await rig.clock.advance(119_000);
    expect(signals[0]?.aborted).toBe(false);
    await rig.clock.advance(2000);
    expect(await whispers(1)).toEqual([expect.stringContaining("it takes too long")]);
    expect(signals[0]?.aborted).toBe(true);
  });

  it("aborts what runs when the hub stops", async () => {
    const signals: AbortSignal[] = [];
    const feature: Feature = {
      buttons: [
        {
          id: "th:do",
          run(_ports, { signal }) {
            signals.push(signal);
            return never();
          },
        },
      ],
    };
    const { press, app, rig } = await startStubKit({ features: [feature] });
    await press("th:do");
    await eventually(() => expect(signals).toHaveLength(1));
    const stopped = app.stop();
    expect(signals[0]?.aborted).toBe(true);
    await rig.clock.advance(2000);
    await stopped;
  });
});

describe("what this hub does not know", () => {
  it("is answered at once: an old button", async () => {
    const { press, whispers } = await startStubKit();
    expect(await press("th:from-last-year")).toEqual({ status: 200, body: "" });
    expect(await press("another:prefix")).toEqual({ status: 200, body: "" });
    for (const words of await whispers(2)) expect(words).toContain("does not know that button");
  });

  it("is answered at once: an old form", async () => {
    const { submit, whispers } = await startStubKit();
    expect(await submit("th:from-last-year")).toEqual({ status: 200, body: "" });
    expect(await whispers(1)).toEqual([expect.stringContaining("Nothing was done")]);
  });

  it("is answered at once: an old menu", async () => {
    const { interact } = await startStubKit();
    const answered = await interact({
      ...{ type: "block_suggestion", team: { id: "T01" }, user: { id: "UANN", team_id: "T01" } },
      ...{ action_id: "th:old", block_id: "b", value: "a" },
    });
    expect(answered).toEqual({ status: 200, body: '{"options":[]}' });
  });

  it("is acknowledged without words: a link, and a form that was closed", async () => {
    const { interact, stub, rig } = await startStubKit();
    const action = { action_id: "link", action_ts: "1", type: "button", url: "https://a.b" };
    const link = pressBody(stub, "link", { actions: [action] });
    expect(await interact(link)).toEqual({ status: 200, body: "" });
    const closed = { type: "view_closed", team: { id: "T01" }, user: { id: "UANN" }, view: {} };
    expect(await interact(closed)).toEqual({ status: 200, body: "" });
    await rig.clock.advance(0);
    expect(stub.responses).toEqual([]);
  });
});

describe("a form", () => {
  const problems = { task: "Say what to do." };
  const checked = (
    check: () => Record<string, string> | undefined,
    ran: string[] = [],
  ): Feature => ({
    forms: [
      {
        id: "th:form",
        check,
        run: async (_ports, { values, note }) => void ran.push(JSON.stringify({ values, note })),
      },
    ],
  });

  it("is told in the answer itself what is wrong with it, and does not run", async () => {
    const ran: string[] = [];
    const { submit } = await startStubKit({ features: [checked(() => problems, ran)] });
    const { status, body } = await submit("th:form");
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({
      ...{ status: 200, body: { response_action: "errors", errors: problems } },
    });
    expect(ran).toEqual([]);
  });

  it("runs with what was filled in and its note", async () => {
    const ran: string[] = [];
    const { submit } = await startStubKit({ features: [checked(() => undefined, ran)] });
    await submit("th:form");
    await eventually(() => expect(ran).toHaveLength(1));
    expect(JSON.parse(ran[0] ?? "")).toEqual({ values: { task: "typed" }, note: "a note" });
  });

  it("closes and runs when its check has a bug", async () => {
    const ran: string[] = [];
    const bug = () => {
      throw new Error("a bug");
    };
    const { submit, reports } = await startStubKit({ features: [checked(bug, ran)] });
    expect(await submit("th:form")).toEqual({ status: 200, body: "" });
    await eventually(() => expect(ran).toHaveLength(1));
    expect(reports).toEqual([expect.stringContaining("the check of th:form")]);
  });
});

describe("a menu", () => {
  const suggestion = (user = "UANN") => ({
    ...{ type: "block_suggestion", team: { id: "T01" }, user: { id: user, team_id: "T01" } },
    ...{ action_id: "th:menu", block_id: "b", value: "am" },
  });

  it("gets its choices in the answer itself", async () => {
    const option = { text: { type: "plain_text" as const, text: "amber" }, value: "1" };
    const feature: Feature = {
      menus: [
        {
          id: "th:menu",
          choices: async (_ports, _ask, typed) =>
            typed === "am" ? Array.from({ length: 120 }, () => option) : [],
        },
      ],
    };
    const { interact, stub } = await startStubKit({ features: [feature] });
    const { body } = await interact(suggestion());
    expect(JSON.parse(body)).toEqual({ options: Array.from({ length: 100 }, () => option) });
    stub.users.set("UEVE", { id: "UEVE", team_id: "T99", is_restricted: true });
    expect((await interact(suggestion("UEVE"))).body).toBe('{"options":[]}');
  });

  it("is empty when its choices do not come in time, or fail", async () => {
    const feature: Feature = {
      menus: [
        { id: "th:menu", choices: () => new Promise(() => undefined) },
        { id: "th:broken", choices: () => Promise.reject(new Error("a bug")) },
      ],
    };
    const { interact, rig, stub, reports } = await startStubKit({ features: [feature] });
    const broken = await interact({ ...suggestion(), action_id: "th:broken" });
    expect(broken).toEqual({ status: 200, body: '{"options":[]}' });
    expect(reports).toEqual([expect.stringContaining("a bug")]);
    const waiting = interact(suggestion());
    await eventually(async () => {
      await rig.clock.advance(2500);
      expect(stub.called("users.info")).toHaveLength(1);
      expect(await Promise.race([waiting, Promise.resolve("not yet")])).toMatchObject({
        status: 200,
      });
    });
  });
});
