import { describe, expect, it } from "vitest";
import { screenShows, shownStart } from "../../src/agents/screen-text.ts";

describe("a screen", () => {
  it("shows a text however it is wrapped", () => {
    expect(screenShows(" │ make a very \n │ long thing", "make a very long thing")).toBe(true);
    expect(screenShows("make another", "make a very")).toBe(false);
  });

  it("shows the start of a text's first line in any case", () => {
    expect(shownStart("\n \u001b[31mls -l\nrm x")).toBe("ls -l");
    expect(shownStart("x".repeat(100))).toBe("x".repeat(40));
  });
});
