import { expect, it } from "vitest";
import { movingPicture } from "./moving-picture.ts";

const size = { columns: 40, rows: 3 };

it("a line that several frames show is drawn once", () => {
  const frames = ["$ ls\none", "$ ls\ntwo"].map((screen) => ({ screen, ms: 500 }));
  const drawn = movingPicture(frames, size);
  expect(drawn.match(/>\$ ls</g)).toHaveLength(1);
  expect(drawn.match(/<use href="#l0" y="0"\/>/g)).toHaveLength(2);
  expect(drawn).toContain("animation:1.0s");
});

it("text keeps to its columns and colours, and is never markup", () => {
  const screen = "\u001b[1mNAME\u001b[0m    \u001b[38;2;1;2;3m<b>&\u001b[0m";
  const drawn = movingPicture([{ screen, ms: 500 }], size);
  expect(drawn).toMatch(/<text x="16\.0"[^>]* font-weight="bold">NAME</);
  // The ninth column begins at 16 + 8 x 8.4.
  expect(drawn).toMatch(/<text x="83\.2"[^>]* fill="rgb\(1, 2, 3\)">&lt;b&gt;&amp;</);
});
