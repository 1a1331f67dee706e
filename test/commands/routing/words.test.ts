import { fc } from "../../fast-check.ts";
import { describe, expect, it } from "vitest";
import { mentionText } from "../../../commands/routing/mention-text.ts";
import { withNames } from "../../../commands/routing/names.ts";

describe("names as people write them", () => {
  const names = (...words: string[]) => withNames({ words, text: "", flags: {} }).words;

  it("lose commas, formatting, capitals and the end of a sentence", () => {
    expect(names("amber-falcon,", "jade-owl.", "`Pearl-Heron`", "*a-b*", "@c-d")).toEqual([
      ...["amber-falcon", "jade-owl", "pearl-heron", "a-b", "c-d"],
    ]);
    expect(names("a-b,c-d", ",", "e-f?!")).toEqual(["a-b", "c-d", "e-f"]);
  });

  it("that are ids stay as they are", () => {
    expect(names("01ARZ3NDEKTSV4RRFFQ69G5FAV")).toEqual(["01ARZ3NDEKTSV4RRFFQ69G5FAV"]);
  });
});

describe("what was written to the bot", () => {
  it("follows its mention, or stands before it", () => {
    expect(mentionText("<@UBOT> status", "UBOT")).toBe("status");
    expect(mentionText("<@UBOT|thopter>: status a-b", "UBOT")).toBe("status a-b");
    expect(mentionText("hey <@UBOT>, status", "UBOT")).toBe("status");
    expect(mentionText("status <@UBOT>", "UBOT")).toBe("status");
    expect(mentionText("<@UBOT>", "UBOT")).toBe("");
    expect(mentionText("ask <@UOTHER>", "UBOT")).toBe("ask <@UOTHER>");
  });

  it("is read from any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 10 }), (text, bot) => {
        expect(text).toContain(mentionText(text, bot).split(" ")[0] ?? "");
      }),
    );
  });
});
