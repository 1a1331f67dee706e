import { isDeepStrictEqual, parseEnv } from "node:util";
import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { changeEnvText } from "../../src/cli/env-text.ts";
import { UserError } from "../../src/core/errors.ts";

/** Signs that mean something in an env file, and some that do not. */
const sign = fc.constantFrom(
  ...["a", "b", "1", " ", "\t", "\n", "=", "#", "\\", '"', "'", "`", "$", "n", ":", "é", "\u2028"],
  ...["\\n", "export ", "\n# "],
);
const value = fc.array(sign, { maxLength: 12 }).map((signs) => signs.join(""));
const name = fc.constantFrom("A", "B_2", "GITHUB_TOKEN", "LONG_NAME");

type Values = Record<string, string>;

/** A file with one set of values and then another; undefined where it says that it cannot hold them. */
function textOf(before: Values, changes: Values): string | undefined {
  try {
    return changeEnvText(changeEnvText("# mine\n", before), changes);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

describe("an env file", () => {
  it("gives back every value that was written, or says that it cannot hold it", () => {
    let written = 0;
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.dictionary(name, value), (before, changes) => {
        const wanted = { ...before, ...changes };
        const text = textOf(before, changes);
        if (text === undefined) {
          // Only one with every kind of quote.
          const all = [...Object.values(before), ...Object.values(changes)];
          return all.some((one) => one.includes("'") && one.includes("`"));
        }
        written += 1;
        return text.startsWith("# mine\n") && isDeepStrictEqual({ ...parseEnv(text) }, wanted);
      }),
      { numRuns: 2000 },
    );
    expect(written).toBeGreaterThan(1000);
  });

  it("keeps every other line, comment and order", () => {
    const text = [
      "# the hub",
      "export MAX_THOPTERS=7 # few",
      "",
      "GITHUB_TOKEN=old",
      "  # a comment with GITHUB_TOKEN=1",
      "LONG='one",
      "GITHUB_TOKEN=inside",
      "three'",
      "GITHUB_TOKEN=older",
      "LAST=1",
    ].join("\n");
    expect(changeEnvText(text, { GITHUB_TOKEN: "new", FRESH: "a b", LAST: undefined })).toBe(
      [
        "# the hub",
        "export MAX_THOPTERS=7 # few",
        "",
        "GITHUB_TOKEN=new",
        "  # a comment with GITHUB_TOKEN=1",
        "LONG='one",
        "GITHUB_TOKEN=inside",
        "three'",
        "FRESH='a b'",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["plain", "sk-ant-api03_x/y.z:1@2%+,=-", "A=sk-ant-api03_x/y.z:1@2%+,=-\n"],
    ["with a space", "a b", "A='a b'\n"],
    ["with a hash", "a#b", "A='a#b'\n"],
    ["with an apostrophe", "it's", "A=`it's`\n"],
    ["with two kinds of quote", "'`", 'A="\'`"\n'],
    ["with a backslash before an n", "a\\nb", "A='a\\nb'\n"],
    ["of two lines", "a\nb", "A='a\nb'\n"],
    ["that is empty", "", "A=\n"],
  ])("has a value %s in the simplest way that is read back", (_kind, given, line) => {
    expect(changeEnvText("", { A: given })).toBe(line);
  });

  it.each(["a\rb", "'`\"\n", "'`\" #"])("refuses %j, which no line can hold", (given) => {
    expect(() => changeEnvText("B=1\n", { A: given })).toThrow(UserError);
  });

  it("refuses to be changed where a quote of another line would swallow it", () => {
    expect(() => changeEnvText('B="open\nA=1\n', { C: 'a "b' })).toThrow(UserError);
  });
});
