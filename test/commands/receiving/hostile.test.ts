import { fc } from "../../fast-check.ts";
import { describe, expect, it, vi } from "vitest";
import { createFeatures } from "../../../commands/features.ts";
import { member } from "../slack-stub.ts";
import { commandBody, eventBody, pressBody, startStubKit, submitBody } from "../stub-kit.ts";
import { placesIn } from "../places-in.ts";
import { eventually } from "../../eventually.ts";

const json = { contentType: "application/json" };

/** A value that may stand anywhere in a payload. */
const anything = fc.oneof(
  fc.constantFrom(null, true, 0, "", "th:destroy", "T01", "UADA", "<!channel>", [], {}),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 }),
);

/** Puts a value in the place of some part of a payload. */
function spoil(payload: unknown, path: number, value: unknown): unknown {
  const copy = structuredClone(payload);
  const places = placesIn(copy);
  const place = places[path % places.length];
  if (place !== undefined) place[0][place[1]] = value;
  return copy;
}

describe("a payload that someone spoiled", () => {
  it("is always answered, runs nothing dangerous, and breaks nothing after it", async () => {
    const { send, interact, stub, rig, command } = await startStubKit();
    stub.users.set("UEVE", member("UEVE"));
    const eve = { user: { id: "UEVE", team_id: "T01" } };
    const buttons = createFeatures().flatMap((each) => each.buttons ?? []);
    const forms = createFeatures().flatMap((each) => each.forms ?? []);
    const payloads = [
      ...buttons.map(({ id }) => pressBody(stub, id, eve)),
      ...forms.map(({ id }) => submitBody(id, eve)),
      { type: "block_suggestion", ...eve, team: { id: "T01" }, action_id: "th:a", value: "a" },
    ];
    const events = ["app_mention", "message", "app_home_opened", "subteam_members_changed"].map(
      (type) => eventBody({ type, user: "UEVE", text: "destroy a-b", channel_type: "im" }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), anything, async (which, path, value) => {
        const all = [...payloads, ...events];
        const chosen = all[which % all.length];
        const spoiled = spoil(chosen, path, value);
        const isEvent = which % all.length >= payloads.length;
        const answered = isEvent
          ? await send(JSON.stringify(spoiled), json)
          : // It is an object, as the one that it was made of.
            await interact(spoiled as Record<string, unknown>);
        expect([200, 400]).toContain(answered.status);
      }),
      { numRuns: 150 },
    );
    expect(await rig.store.list("operation")).toEqual([]);
    // The settings name UADA an admin, and a spoiled payload may truly come from there.
    const admins = (await rig.store.list("person")).filter(({ role }) => role === "admin");
    const known = ["abe", "ada", "UADA"];
    expect(admins.filter(({ id, slack }) => !known.includes(slack?.userId ?? id))).toEqual([]);
    const before = stub.responses.length;
    expect((await command("help")).status).toBe(200);
    await eventually(() => expect(stub.responses.length).toBeGreaterThan(before));
  });

  it("does no more than words when its text is odd", async () => {
    const { send, stub, rig } = await startStubKit();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (text) => {
        const body = new URLSearchParams(commandBody(stub, text)).toString();
        expect((await send(body)).status).toBe(200);
      }),
      { numRuns: 60 },
    );
    await vi.waitFor(() => expect(stub.responses.length).toBeGreaterThanOrEqual(60), 10_000);
    expect(JSON.stringify(stub.responses)).not.toMatch(/<!(?:channel|here|everyone)>/);
    expect(await rig.store.list("operation")).toEqual([]);
  });
});
