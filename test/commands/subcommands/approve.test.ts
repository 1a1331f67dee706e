import { describe, expect, it } from "vitest";
import { someUnsaved } from "../../fleet/world.ts";
import { buttonsIn, startDesk, textIn } from "../recording-ask.ts";
import { machines, provisioned } from "./provisioned.ts";

const letters = [
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
];
const many = letters.map((letter) => `amber-${letter}`);

describe("destroying several", () => {
  it("raises one approval that names each, and nothing happens before it is decided", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon", "jade-owl"]);
    const { whispers } = await desk.type("ann", "destroy amber-falcon jade-owl");
    expect(whispers).toEqual([]);
    expect(desk.shownApprovals).toHaveLength(1);
    expect(await machines(desk)).toBe(2);
    const id = desk.shownApprovals[0] ?? "";
    const { replaced, views } = await desk.press("ann", { id: "th:approve", value: id });
    expect(views).toEqual([]);
    expect(textIn(replaced[0])).toMatch(/Approved by ann/);
    expect(buttonsIn(replaced[0]).size).toBe(0);
    expect(await machines(desk)).toBe(0);
  });

  it("keeps them all when it is denied, and tells who comes late", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon", "jade-owl"]);
    await desk.type("ann", "destroy amber-falcon jade-owl");
    const id = desk.shownApprovals[0] ?? "";
    const denied = await desk.press("ann", { id: "th:deny", value: id });
    expect(textIn(denied.replaced[0])).toMatch(/Denied by ann/);
    const late = await desk.press("ada", { id: "th:approve", value: id });
    expect(textIn(late.replaced[0])).toMatch(/Denied by ann/);
    expect(textIn(late.whispers[0])).toMatch(/too late.*Denied by ann/i);
    expect(await machines(desk)).toBe(2);
  });

  it("lets nobody decide who may not", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon", "jade-owl"]);
    await desk.type("ann", "destroy amber-falcon jade-owl");
    const value = desk.shownApprovals[0] ?? "";
    for (const who of ["ben", "vera"] as const) {
      for (const id of ["th:approve", "th:deny", "th:approve-typed"]) {
        const { refused, replaced } = await desk.press(who, { id, value });
        expect(refused).toMatch(/Cannot decide/);
        expect(replaced).toEqual([]);
      }
    }
    expect(await machines(desk)).toBe(2);
    await desk.press("ada", { id: "th:approve", value });
    expect(await machines(desk)).toBe(0);
  });

  it("expires, and says so to whoever presses later", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon", "jade-owl"]);
    await desk.type("ann", "destroy amber-falcon jade-owl");
    const value = desk.shownApprovals[0] ?? "";
    await desk.rig.clock.advance(11 * 60_000);
    const late = await desk.press("ann", { id: "th:approve", value });
    expect(textIn(late.replaced[0])).toMatch(/expired/);
    expect(textIn(late.whispers[0])).toMatch(/too late/i);
    expect(await machines(desk)).toBe(2);
  });

  it("answers the button of an approval that nobody remembers", async () => {
    const desk = await startDesk();
    for (const id of ["th:approve", "th:approve-typed"]) {
      const { replaced } = await desk.press("ann", { id, value: "forgotten" });
      expect(textIn(replaced[0])).toMatch(/no longer on record/);
    }
  });

  it("is decided once, however many press at the same time", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon", "jade-owl"]);
    await desk.type("ann", "destroy amber-falcon jade-owl");
    const value = desk.shownApprovals[0] ?? "";
    const presses = Array.from({ length: 20 }, (_, index) =>
      desk.press(index % 2 === 0 ? "ann" : "ada", { id: "th:approve", value }),
    );
    const all = await Promise.all(presses);
    const late = all.filter(({ whispers }) => whispers.length > 0);
    expect(late).toHaveLength(19);
    for (const { whispers } of late) expect(textIn(whispers[0])).toMatch(/too late.*Approved by/i);
  });
});

describe("destroying what could cost work", () => {
  it("opens a form in which the number has to be typed", async () => {
    const desk = await startDesk();
    const [id] = await provisioned(desk, ["amber-falcon"]);
    desk.rig.world.unsaved.set(`m-${id}`, someUnsaved);
    await desk.type("ann", "destroy amber-falcon");
    const value = desk.shownApprovals[0] ?? "";
    const { views } = await desk.press("ann", { id: "th:approve-typed", value });
    expect(textIn(views[0])).toMatch(/unsaved: 2 commits, 1 file/);
    const wrong = await desk.submit("ann", views[0], { "count:1": "2" });
    expect(wrong.errors?.["count"]).toMatch(/^Type 1/);
    expect(await machines(desk)).toBe(1);
    const right = await desk.submit("ann", views[0], { "count:1": " 1 " });
    expect(right.errors ?? right.refused).toBeUndefined();
    expect(await machines(desk)).toBe(0);
  });

  it("wants the number for ten or more, also from a button that does not ask for it", async () => {
    const desk = await startDesk();
    await provisioned(desk, many);
    await desk.type("ann", "destroy --mine");
    const value = desk.shownApprovals[0] ?? "";
    const { views, replaced } = await desk.press("ann", { id: "th:approve", value });
    expect(replaced).toEqual([]);
    expect(await machines(desk)).toBe(11);
    const forged = await desk.submit("ann", views[0], { "count:1": "1" });
    expect(forged.refused).toMatch(/it is 11/);
    expect(await machines(desk)).toBe(11);
    await desk.submit("ann", views[0], { "count:11": "11" });
    expect(await machines(desk)).toBe(0);
  });

  it("wants it for force", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon"]);
    await desk.type("ann", "destroy amber-falcon --force");
    const { views } = await desk.press("ann", {
      id: "th:approve",
      value: desk.shownApprovals[0] ?? "",
    });
    expect(textIn(views[0])).toMatch(/By force|nothing unsaved/);
    expect(await machines(desk)).toBe(1);
  });

  it("tells whoever submits the form late", async () => {
    const desk = await startDesk();
    await provisioned(desk, ["amber-falcon"]);
    await desk.type("ann", "destroy amber-falcon --force");
    const value = desk.shownApprovals[0] ?? "";
    const { views } = await desk.press("ann", { id: "th:approve-typed", value });
    await desk.press("ada", { id: "th:deny", value });
    const late = await desk.submit("ann", views[0], { "count:1": "1" });
    expect(textIn(late.whispers[0])).toMatch(/too late.*Denied by ada/i);
    expect(await machines(desk)).toBe(1);
  });
});
