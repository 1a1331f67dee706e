import { describe, expect, it } from "vitest";
import { parseWish, writeWish } from "../../../commands/choose/wish.ts";

const fifty = Array.from({ length: 50 }, (_, index) => `01ARZ3NDEKTSV4RRFFQ69G5F${index + 10}`);

describe("what someone wants destroyed", () => {
  it("fits into a button and a form, however much it is", () => {
    const reason = '"\\\n'.repeat(1000);
    const written = writeWish({
      thopterIds: fifty,
      force: true,
      reason,
      unsaved: fifty.map(() => true),
    });
    expect(written.length).toBeLessThanOrEqual(2000);
    // A form's note is JSON once more, beside the channel and the thread.
    expect(JSON.stringify(written).length).toBeLessThanOrEqual(2800);
  });

  it("is read as it was written", () => {
    const wish = {
      thopterIds: fifty,
      force: false,
      reason: "done with it",
      unsaved: [true, false],
    };
    expect(parseWish(writeWish(wish))).toEqual(wish);
    const forced = { ...wish, force: true, unsaved: [] };
    expect(parseWish(writeWish(forced))).toEqual(forced);
  });

  it("is refused where it names nothing or too many", () => {
    for (const text of ["", "\n\n\n", [...fifty, "one-more"].join(",")]) {
      expect(() => parseWish(text)).toThrow(/too old\. Nothing was destroyed/);
    }
  });
});
