import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import type { SimMessage } from "../../../src/simulators/slack/world.ts";
import { callers } from "../../fleet/rig.ts";
import { startDesk, textIn } from "../recording-ask.ts";
import { startSlackKit } from "../slack-kit.ts";
import type { SlackKit } from "../slack-kit.ts";

const verifier = "what only the asker knows";
const challenge = createHash("sha256").update(verifier).digest("hex");
const wait = { timeout: 10_000 };

async function asked({ rig }: Pick<SlackKit, "rig">, label = "ann@laptop") {
  const { logins } = rig.fleet;
  const { id, code } = await logins.startLogin({ label, address: "203.0.113.7", challenge });
  const never = new AbortController().signal;
  return { code, collect: () => logins.collectLogin({ id, verifier, waitMs: 0 }, never) };
}

function whispered(kit: SlackKit, user: string, words: RegExp): Promise<SimMessage> {
  return vi.waitFor(() => {
    const all = kit.slack.ephemerals(user, "general");
    const found = all.findLast((one) => words.test(`${one.text}${JSON.stringify(one.blocks)}`));
    if (found === undefined) throw new Error(`Nobody was told ${String(words)}`);
    return found;
  }, wait);
}

describe("login", () => {
  it("shows who asks, and links the command line to whoever confirms it", async () => {
    const kit = await startSlackKit();
    const { code, collect } = await asked(kit);
    const developer = kit.as("developer");
    await developer.command("/thopter", `login ${code}`);
    const card = await whispered(kit, "developer", /asks to act as \*you\*/);
    const shown = JSON.stringify(card.blocks);
    for (const part of ["ann@laptop", "203.0.113.7", code, "role *operator*", "Did you ask for"]) {
      expect(shown).toContain(part);
    }
    expect(await collect()).toEqual({ status: "pending" });
    await developer.click(card, "th:login-approve");
    await whispered(kit, "developer", /acts as \*developer\* from now on/);
    const linked = await collect();
    expect(linked).toMatchObject({ status: "approved", personName: "developer", role: "operator" });
    const secret = linked.status === "approved" ? linked.token : "";
    const { actor } = await kit.rig.fleet.authenticate(secret, "cli");
    const persons = await kit.rig.store.list("person");
    const userId = kit.slack.workspace.user("developer").id;
    const person = persons.find(({ slack }) => slack?.userId === userId);
    expect(actor).toMatchObject({ kind: "person", personId: person?.id });
    expect(JSON.stringify(kit.slack.calls())).not.toContain(secret);
    expect(kit.reports).toEqual([]);
  });

  it("is denied by a button, and a viewer may confirm for themself", async () => {
    const kit = await startSlackKit();
    const first = await asked(kit);
    const reviewer = kit.as("reviewer");
    await reviewer.command("/thopter", `login ${first.code}`);
    await reviewer.click(await whispered(kit, "reviewer", /asks to act/), "th:login-deny");
    await whispered(kit, "reviewer", /Denied: /);
    expect(await first.collect()).toEqual({ status: "denied" });
    const second = await asked(kit);
    await reviewer.command("/thopter", `login ${second.code.toUpperCase()}`);
    const card = await whispered(kit, "reviewer", new RegExp(`asks to act.*${second.code}`, "s"));
    await reviewer.click(card, "th:login-approve");
    await whispered(kit, "reviewer", /from now on, with the role \*viewer\*/);
    expect(await second.collect()).toMatchObject({ status: "approved", role: "viewer" });
    expect(kit.reports).toEqual([]);
  });

  it("says what is wrong with a code, and refuses after five wrong ones", async () => {
    const desk = await startDesk();
    const { code } = await asked(desk);
    expect((await desk.type("ann", "login")).refused).toMatch(/write "\/thopter login <code>"/);
    expect((await desk.type("ann", "login page")).refused).toMatch(/that is no code/);
    for (let one = 0; one < 5; one += 1) {
      const { refused } = await desk.type("ann", `login 00000-0000${one}`);
      expect(refused).toMatch(/wrong, used or expired\. "thopter login"/);
    }
    expect((await desk.type("ann", `login ${code}`)).refused).toMatch(/too many wrong codes/);
    const { whispers } = await desk.type("ben", `login ${code}`);
    expect(textIn(whispers[0])).toMatch(/ann@laptop/);
    await desk.rig.fleet.denyLogin(callers.ben, { code });
    const late = await desk.press("ben", { id: "th:login-approve", value: code });
    expect(late.refused).toMatch(/denied already/);
  });

  it("shows what the command line calls itself as text that means nothing", async () => {
    const desk = await startDesk();
    const { code } = await asked(desk, "<!channel> *you* <https://evil.example.com|ok>\u202e");
    const { whispers } = await desk.type("ann", `login ${code}`);
    const shown = JSON.stringify(whispers[0]);
    expect(shown).toContain("&lt;!channel&gt;");
    expect(shown).not.toContain("\u202e");
    // The dialog is plain text; all else is marked up.
    const { blocks = [] } = whispers[0] ?? {};
    const marked = JSON.stringify(blocks.filter(({ type }) => type !== "actions"));
    expect(marked).not.toMatch(/<!channel>|<https/);
  });

  it("said as a sentence in a thopter's thread is for its agent", async () => {
    const kit = await startSlackKit();
    const developer = kit.as("developer");
    await developer.command("/thopter", "provision mend it --repo owner/gate --name amber-falcon");
    const card = await vi.waitFor(async () => {
      await kit.rig.clock.advance(3000);
      const all = kit.slack.messages("general");
      const found = all.find((one) => /amber-falcon.*is ready/.test(JSON.stringify(one.blocks)));
      if (found === undefined) throw new Error("It is not ready yet");
      return found;
    }, wait);
    await developer.mention("general", "login fails, look at it", { threadTs: card.ts });
    await vi.waitFor(() => expect(kit.rig.world.told).toHaveLength(1), wait);
    expect(kit.rig.world.told[0]?.text).toBe("login fails, look at it");
  });
});
