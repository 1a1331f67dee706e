import { fc } from "../../fast-check.ts";
import { expect, it } from "vitest";
import { createFeatures } from "../../../commands/features.ts";
import { settle } from "../../manual-clock.ts";
import { commandBody, eventBody, pressBody, submitBody } from "../stub-kit.ts";
import { placesIn } from "../places-in.ts";
import { startSlackKit } from "../slack-kit.ts";
import { people, rightsScene, secretWords } from "./rights-scene.ts";
import type { RightsScene } from "./rights-scene.ts";

const form = "application/x-www-form-urlencoded";
const json = "application/json";

/** Those who may change nothing of what there is. */
const powerless = [people.v, people.n, people.g, people.x, people.b, people.d];

/** What may stand anywhere, given ids that belong to others. */
function odd(ids: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom<unknown>(null, true, 0, -1, "", [], {}, "th:destroy", "<!channel>", ...ids),
    fc.constantFrom("__proto__", "constructor", "toString", "a".repeat(100_000), "\u202e\u0000"),
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 }),
  );
}

type Spoil = { path: number; how: "replace" | "remove" | "pollute" | "wrap"; value: unknown };

/** Spoils one place of a payload; answers with it as JSON. */
function spoiled(payload: unknown, { path, how, value }: Spoil): string {
  const copy = structuredClone(payload);
  const places = placesIn(copy);
  const place = places[path % places.length];
  if (place === undefined) return JSON.stringify(copy);
  const [holder, key] = place;
  if (how === "remove") delete holder[key];
  if (how === "replace") holder[key] = value;
  if (how === "wrap") holder[key] = [holder[key]];
  const text = JSON.stringify(copy);
  if (how !== "pollute") return text;
  const opens = [...text.matchAll(/\{(?=")/g)].map(({ index }) => index + 1);
  const at = opens[path % opens.length] ?? 1;
  return `${text.slice(0, at)}"__proto__":{"role":"admin","force":true},${text.slice(at)}`;
}

type Sent = { body: string; contentType: string };

/** Everything that Slack may send, from people who may do nothing. */
function payloadsOf(scene: RightsScene): { kind: "form" | "interaction" | "event"; of: object }[] {
  const { workspace } = scene.slack;
  const nowhere = { responseUrl: () => "" };
  const channel = { id: workspace.channel("general").id };
  const features = createFeatures();
  return powerless.flatMap((name) => {
    const { id, teamId: team_id } = workspace.user(name);
    const who = { user: { id, team_id }, team: { id: workspace.team.id }, channel };
    const values = [scene.id, scene.approvalId, `${scene.id}|h1`, `${scene.id}\n\n0\nx`];
    const presses = features.flatMap(({ buttons = [] }) =>
      buttons.map((button, index) => {
        const value = values[index % values.length];
        const actions = [{ action_id: button.id, value, action_ts: "1.1", type: "button" }];
        return pressBody(nowhere, button.id, { ...who, actions });
      }),
    );
    const submissions = features.flatMap(({ forms = [] }) =>
      forms.map((one) => submitBody(one.id, { ...who })),
    );
    const others = [
      { type: "block_suggestion", ...who, action_id: "th:thopters", block_id: "b", value: "a" },
      { type: "view_closed", ...who, view: { id: "V1", callback_id: "th:tell-form" } },
      { type: "shortcut", ...who, callback_id: "th:destroy", trigger_id: "1.2" },
      { type: "message_action", ...who, callback_id: "th:destroy", message: { text: "x" } },
    ];
    const texts = ["destroy amber-falcon --force", "tell amber-falcon x", "pause all", "help"];
    const at = { user_id: id, team_id, channel_id: channel.id };
    const commands = texts.map((text) => commandBody(nowhere, text, at));
    const types = ["app_mention", "message", "app_home_opened", "subteam_members_changed"];
    const events = [...types, "app_uninstalled"].map((type) =>
      eventBody(
        { type, user: id, channel: channel.id, text: "cancel jade-owl", channel_type: "im" },
        { team_id: workspace.team.id },
      ),
    );
    return [
      ...commands.map((of) => ({ kind: "form" as const, of })),
      ...[...presses, ...submissions, ...others].map((of) => ({
        kind: "interaction" as const,
        of,
      })),
      ...events.map((of) => ({ kind: "event" as const, of })),
    ];
  });
}

function sentOf(kind: "form" | "interaction" | "event", text: string): Sent {
  if (kind === "event") return { body: text, contentType: json };
  if (kind === "interaction") {
    return { body: new URLSearchParams({ payload: text }).toString(), contentType: form };
  }
  // What Slack sends as fields are texts.
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
    fields.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return { body: fields.toString(), contentType: form };
}

it(
  "is answered at once whatever it is, and gives nobody more than their role",
  { timeout: 120_000 },
  async () => {
    const scene = await rightsScene();
    const { slack, rig } = scene;
    const url = slack.deliveries()[0]?.request?.url ?? "";
    const payloads = payloadsOf(scene);
    const { id, approvalId, openId, failedId, doubtId } = scene;
    const before = await recordsOf(scene);
    const calls = slack.calls().length;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.record({
          path: fc.nat(),
          how: fc.constantFrom("replace", "remove", "pollute", "wrap"),
          value: odd([id, approvalId, openId, failedId, doubtId, "jade-owl"]),
        }),
        fc.boolean(),
        async (which, spoil, isSigned) => {
          const chosen = payloads[which % payloads.length];
          if (chosen === undefined) return;
          const sent = sentOf(chosen.kind, spoiled(chosen.of, spoil));
          const request = slack.sign({ url, ...sent });
          if (!isSigned) request.headers["x-slack-signature"] = `v0=${"0".repeat(64)}`;
          // Time stands still until it is answered.
          const { status } = await slack.raw(request);
          expect(isSigned ? [200, 400] : [400, 401]).toContain(status);
          await rig.clock.advance(200);
        },
      ),
      { numRuns: 400 },
    );
    await rig.clock.advance(3000);
    expect(await recordsOf(scene)).toBe(before);
    // The question's own message may come only now.
    const shown = slack
      .calls()
      .slice(calls)
      .map(({ args }) => JSON.stringify(args));
    const read = shown.filter(
      (one) => one.includes(secretWords) && !one.includes("speech_balloon"),
    );
    expect(read).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)["role"]).toBeUndefined();
    await rig.clock.advance(60_000);
    expect((await scene.as("developer").command("/thopter", "help list")).trouble).toBeUndefined();
    await scene.whispered("developer", "general", /How to use \/thopter list/);
  },
);

it("refuses any bytes that nobody signed, and takes any that Slack did", async () => {
  const scene = await rightsScene();
  const { slack } = scene;
  const url = slack.deliveries()[0]?.request?.url ?? "";
  const before = await recordsOf(scene);
  const types = fc.constantFrom(form, json, "text/plain", "", `${form}; charset=utf-8`);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.constant("payload=%ZZ&payload=1")),
      types,
      fc.boolean(),
      async (body, contentType, isSigned) => {
        const request = slack.sign({ url, body, contentType });
        if (!isSigned) delete request.headers["x-slack-signature"];
        const { status } = await slack.raw(request);
        expect(isSigned ? [200, 400] : [400, 401]).toContain(status);
      },
    ),
    { numRuns: 150 },
  );
  expect(await recordsOf(scene)).toBe(before);
});

it("survives events of any shape over Socket Mode", async () => {
  const kit = await startSlackKit({ over: "socket" });
  const types = ["app_mention", "app_home_opened", "subteam_members_changed", "tokens_revoked"];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...types),
      fc.dictionary(fc.constantFrom("user", "channel", "text", "ts", "tab"), odd([])),
      async (type, event) => {
        const { attempts } = await kit.slack.emit(type, { ...event, type });
        expect(attempts.map(({ outcome }) => outcome.status)).toEqual(["acknowledged"]);
      },
    ),
    { numRuns: 100 },
  );
  expect(kit.slack.sockets.count()).toBe(2);
  expect((await kit.as("developer").command("/thopter", "help")).trouble).toBeUndefined();
  await kit.whispered("developer", "general", /What/);
});

/** What nobody without rights may change: persons and requests for a role come and go. */
async function recordsOf(scene: RightsScene): Promise<string> {
  await settle();
  const { records, ...rest } = JSON.parse(await scene.state()) as { records: unknown[] };
  const [operations, approvals, thopters] = records;
  return JSON.stringify({ operations, approvals, thopters, rest });
}
