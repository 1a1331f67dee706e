import { describe, expect, it } from "vitest";
import { findContextLinks, parseContextLinks } from "../../src/core/context-link.ts";

const urls = (text: string): string[] => findContextLinks(text).map(({ url }) => url);

describe("the links of a task", () => {
  it("are the issues and pull requests in it, each once", () => {
    const text = `Mend https://github.com/Owner/gate.js/issues/5, see
      (https://github.com/owner/gate.js/pull/5#discussion_r1) and <https://github.com/o/x/pull/12/files>.`;
    expect(findContextLinks(text)).toEqual([
      {
        ...{ owner: "Owner", repository: "gate.js", number: 5 },
        url: "https://github.com/Owner/gate.js/issues/5",
      },
      {
        ...{ owner: "o", repository: "x", number: 12 },
        url: "https://github.com/o/x/pull/12",
      },
    ]);
  });

  it.each([
    "http://github.com/owner/gate/issues/5",
    "https://github.com.evil.com/owner/gate/issues/5",
    "https://gist.github.com/owner/gate/issues/5",
    "https://github.com/owner/gate",
    "https://github.com/owner/gate/issues",
    "https://github.com/owner/gate/issues/0",
    "https://github.com/owner/gate/issues/5a",
    "https://github.com/owner/gate/issues/12345678901",
    "https://github.com/owner/../issues/5",
    "https://github.com/owner/./issues/5",
    "https://github.com/-owner/gate/issues/5",
    "https://github.com/owner/ga%2fte/issues/5",
  ])("are not %s", (text) => {
    expect(urls(text)).toEqual([]);
    expect(() => parseContextLinks([text])).toThrow(/^Cannot take "https?:.*" as context: give/);
  });

  it("are looked for in no more than linear time", () => {
    const text = "https://github.com/owner/".repeat(4000);
    expect(urls(text)).toEqual([]);
  });
});

describe("context that is named", () => {
  it("is at most five, and nothing but the addresses", () => {
    const at = (number: number): string => `https://github.com/owner/gate/issues/${number}`;
    expect(parseContextLinks([at(1), `${at(1)}#issuecomment-2`, at(2)])).toHaveLength(2);
    expect(() => parseContextLinks([1, 2, 3, 4, 5, 6].map(at))).toThrow(/6 addresses.*5 are/);
    expect(() => parseContextLinks([`see ${at(1)}`])).toThrow(/Cannot take/);
    expect(() => parseContextLinks([`${at(1)} and more`])).toThrow(/Cannot take/);
  });
});
