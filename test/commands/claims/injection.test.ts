import { expect, it } from "vitest";
import { isRecord, type Json } from "../../../src/simulators/slack/json.ts";
import { someUnsaved } from "../../fleet/world.ts";
import { settle } from "../../manual-clock.ts";
import { startSlackKit } from "../slack-kit.ts";
import type { SlackKit } from "../slack-kit.ts";
import { eventually, posted, thopterNamed, wordsOf } from "./scene.ts";

const stranger = "UEVIL";
/** All that text could do in Slack or in a terminal, and more of it than fits anywhere. */
const evil = [
  `<!channel> <!here> <!subteam^S1> <@${stranger}> <#C0EVIL|x>`,
  "<https://evil.example|click> https://evil.example/bare evil@evil.example",
  "*b* _i_ ~s~ `c` ```block``` > quote &lt;!channel&gt;",
  "\u202eright to left\u202c \u2066hidden\u2069 \u200b\u0007\u001b[31mred\u001b]0;title\u0007 \u0000",
].join("\n");
const endless = `${evil}\n${"x".repeat(100_000)}`;
/** Marks what only those who ask may read. */
const marker = "read-by-the-owner-alone";

/** Every text of what was sent, with the kind of element that it stands in. */
function textsIn(value: unknown, inside = "message"): { text: string; kind: string }[] {
  if (typeof value === "string") return [{ text: value, kind: inside }];
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, inside));
  if (typeof value !== "object" || value === null) return [];
  const kind = "type" in value ? String(value.type) : inside;
  return Object.values(value).flatMap((one) => textsIn(one, kind));
}

/** Arguments of calls come with blocks and views as JSON. */
function parsed(args: Json): Json {
  const entries = Object.entries(args).map(([name, value]) => {
    const isJson = (name === "blocks" || name === "view") && typeof value === "string";
    return [name, isJson ? (JSON.parse(value) as unknown) : value];
  });
  return Object.fromEntries(entries) as Json;
}

// What links, calls or makes a picture; mentions that are the hub's own name people that it knows.
const active = /<!(?!date\^)|<#|<https?:(?!\/\/github\.com\/)|<mailto:|<@UEVIL/;
const hidden = /[^\P{Cc}\n\t]|[\u200b\u202a-\u202e\u2066-\u2069]/u;
const elements = /^(?:link|user|usergroup|broadcast|channel|emoji|image|video|color|date)$/;

function harmIn(args: Json): string[] {
  const texts = textsIn(parsed(args));
  const isMarked = (kind: string): boolean => kind === "mrkdwn" || kind === "message";
  return texts.flatMap(({ text, kind }) => {
    const wrong: string[] = [];
    if (isMarked(kind) && active.test(text)) wrong.push(`active: ${text.slice(0, 200)}`);
    if (hidden.test(text)) wrong.push(`hidden: ${JSON.stringify(text).slice(0, 200)}`);
    if (elements.test(kind)) wrong.push(`an element "${kind}"`);
    return wrong;
  });
}

/** All that went out, and that each message was sent so that Slack makes nothing of it. */
function expectHarmless({ slack }: SlackKit): void {
  const said = slack
    .calls()
    .filter(({ method }) => /^(?:chat\.|views\.|response_url)/.test(method));
  expect(said.length).toBeGreaterThan(15);
  expect(
    said.flatMap(({ method, args }) => harmIn(args).map((harm) => `${method}: ${harm}`)),
  ).toEqual([]);
  for (const { method, args } of said) {
    if (method.startsWith("views.") || args["delete_original"] === true) continue;
    expect(args["parse"], method).toBe("none");
    expect(String(args["link_names"]), method).toBe("false");
    if (method !== "chat.postMessage" && method !== "response_url") continue;
    expect(String(args["unfurl_links"]), method).toBe("false");
    expect(String(args["unfurl_media"]), method).toBe("false");
  }
  // Slack looks for links of its own wherever it is not told otherwise.
  const loose = said.filter(({ args }) =>
    marksIn(parsed(args)).some(({ verbatim }) => verbatim !== true),
  );
  expect(loose).toEqual([]);
}

function marksIn(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(marksIn);
  if (!isRecord(value)) return [];
  const inner = Object.values(value).flatMap(marksIn);
  return value["type"] === "mrkdwn" ? [value, ...inner] : inner;
}

it("nothing that others write calls, links, hides or reaches those it is not for", async () => {
  let mallory = "";
  const kit = await startSlackKit({
    prepare({ workspace }) {
      mallory = workspace.addUser({ name: evil, realName: evil }).id;
      workspace.channel("general").members.add(mallory);
    },
    options: ({ workspace }) => ({
      operators: [mallory, workspace.user("developer").id],
      channel: workspace.channel("fleet").id,
    }),
  });
  const { rig, slack } = kit;
  const says = (who: string, text: string) => kit.as(who).command("/thopter", text);
  await says(
    mallory,
    `provision ${evil} ${"y".repeat(5000)} --repo owner/gate --name amber-falcon`,
  );
  const { id } = await thopterNamed(kit, "amber-falcon");
  await eventually(kit, async () =>
    (await rig.thopter(id)).status === "ready" ? true : undefined,
  );
  const machineId = `m-${id}`;

  rig.world.screen = rig.world.diff = rig.world.output = `${marker}\n${endless}\n${marker}`;
  for (const what of ["screen", "log", "diff"]) await says(mallory, `${what} amber-falcon`);
  await eventually(kit, () =>
    slack.ephemerals(mallory, "general").filter((one) => wordsOf(one).includes("Only you see this"))
      .length >= 2
      ? true
      : undefined,
  );

  const question = { text: endless, hash: "h1", choices: [evil, "Yes"] };
  rig.world.agentSays(machineId, "waiting", { question });
  const direct = slack.workspace.direct(mallory).id;
  const asked = await posted(kit, /waits for an answer/, direct);
  await says(mallory, "answer amber-falcon");
  await says(mallory, "tell amber-falcon hello");
  await kit.as(mallory).click(asked, "th:answer:0");
  await posted(kit, /was answered by/, direct);

  await says("developer", `destroy amber-falcon --reason "${evil.replaceAll('"', "")}"`);
  const approval = await posted(kit, /Destroy 1 thopter\?/);
  await kit.as(mallory).openHome();
  for (const who of [mallory, "reviewer"]) {
    for (const text of ["list", "status", "status amber-falcon", `help ${evil}`, evil]) {
      await says(who, text);
    }
    await says(who, `list --label "${evil.slice(0, 50)}"`);
    await rig.clock.advance(3000);
  }
  await kit.as(mallory).click(approval, "th:deny");
  await posted(kit, /Denied by/);

  rig.world.faults.set("launch", new Error(endless));
  rig.world.faults.set("screen", new Error(endless));
  await says(mallory, "provision x --name lost-bird --keep-on-failure");
  await posted(kit, /lost-bird.*could not be provisioned/);
  await says(mallory, "screen amber-falcon");
  rig.world.unsaved.set(machineId, someUnsaved);
  await says(mallory, "destroy amber-falcon --dry-run");
  await kit.as("reviewer").command("/thopter", `provision ${evil} --repo o/r`);
  const refusal = await eventually(kit, () =>
    slack.ephemerals("reviewer", "general").findLast((one) => /Ask an admin/.test(wordsOf(one))),
  );
  await kit.as("reviewer").click(refusal, "th:ask-admin");
  await rig.clock.advance(5000);
  await settle();
  expectHarmless(kit);

  // Screens, logs and diffs are for whoever asked, and for nobody else.
  const open = [...slack.workspace.channels.values()].filter(({ kind }) => kind !== "im");
  for (const { id: channel } of open) {
    for (const { versions } of slack.messages(channel)) {
      expect(JSON.stringify(versions)).not.toContain(marker);
    }
  }
  const shown = slack.calls().filter(({ args }) => JSON.stringify(args).includes(marker));
  expect(shown.length).toBeGreaterThan(2);
  for (const { args } of shown) expect(args["response_type"]).toBe("ephemeral");
});
