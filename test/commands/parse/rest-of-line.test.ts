import { describe, expect, it } from "vitest";
import { createFeatures } from "../../../commands/features.ts";
import { parseRequest } from "../../../commands/parse/request.ts";
import { fc } from "../../fast-check.ts";

const commands = createFeatures().flatMap(({ command }) => command ?? []);

/** The names and flags of a command, or why it is refused. */
function read(text: string) {
  const requested = parseRequest(text, commands);
  if (requested.kind === "wrong") return requested.words;
  if (requested.kind !== "run") return requested.kind;
  const { words, flags } = requested.typed;
  return { words, ...flags };
}

describe("a reason", () => {
  it("at the end takes the rest, with whatever dash and quotes are in it", () => {
    const words = ["jade-owl"];
    for (const [typed, reason] of [
      ["--reason all done, and merged", "all done, and merged"],
      ["—reason all  done", "all  done"],
      ["–reason merged — see PR 12", "merged — see PR 12"],
      ["--reason=all done", "all done"],
      ["—reason=all done", "all done"],
      ["--reason it's “done” now", "it's “done” now"],
      ["--reason “done now", "“done now"],
      ["--reason superseded by amber-falcon", "superseded by amber-falcon"],
      ["--reason done -- amber-falcon", "done -- amber-falcon"],
      ["--reason first\nsecond", "first\nsecond"],
    ] as const) {
      expect(read(`destroy jade-owl ${typed}`)).toEqual({ words, reason });
      expect(read(`cancel jade-owl ${typed}`)).toEqual({ words, reason });
    }
  });

  it("in quotes is just that, wherever it stands", () => {
    const all = { words: ["jade-owl"], reason: "all done" };
    for (const phrase of ['"all done"', "“all done”", "„all done“", "'all done'", "‘all done’"]) {
      expect(read(`destroy jade-owl --reason ${phrase} --dry-run`)).toEqual({
        ...{ ...all, "dry-run": true },
      });
      expect(read(`destroy --reason ${phrase} jade-owl`)).toEqual(all);
      expect(read(`destroy —reason=${phrase} jade-owl`)).toEqual(all);
    }
  });

  it("of one word may have other flags after it", () => {
    const one = { words: ["jade-owl"], reason: "done", "dry-run": true };
    expect(read("destroy jade-owl --reason done --dry-run")).toEqual(one);
    expect(read("destroy --mine --reason done --state idle")).toEqual({
      ...{ words: [], mine: true, reason: "done", state: "idle" },
    });
    expect(read("destroy --reason done")).toEqual({ words: [], reason: "done" });
    expect(read("destroy --mine --reason all done")).toMatchObject({ reason: "all done" });
  });

  it.each([
    "jade-owl --reason all done --dry-run",
    "jade-owl --reason had to --force it",
    "jade-owl --reason had to —force",
    "jade-owl --reason fixed by --no-verify",
    "jade-owl --reason after ls -l",
  ])("says of %s that a flag stands among its words", (typed) => {
    expect(read(`destroy ${typed}`)).toMatch(/stands among the words of `--reason`/);
  });

  it.each([
    "--reason done amber-falcon",
    "--reason=done amber-falcon",
    "--force --reason done amber-falcon",
    "--dry-run --reason done amber-falcon",
  ])("reads no name out of %s", (typed) => {
    expect(read(`destroy ${typed}`)).toMatch(/no name stands before `--reason`/);
  });

  it.each([
    'jade-owl --reason "superseded" amber-falcon',
    "jade-owl --reason superseded --force amber-falcon",
    "--reason superseded --force amber-falcon",
    "jade-owl --reason=superseded --force amber-falcon",
  ])("does not guess what the last word of %s is", (typed) => {
    expect(read(`destroy ${typed}`)).toMatch(/words follow `--reason` that could belong to it/);
  });

  it.each([
    "jade-owl --reason",
    "jade-owl --reason --force",
    "jade-owl --reason=",
    "a --reason --",
  ])("is missed in %s", (typed) => {
    expect(read(`destroy ${typed}`)).toMatch(/`--reason` needs a value/);
  });

  it("never gives a word to the names, nor a flag to a destroy", () => {
    const word = fc.constantFrom(
      ...[
        "amber-falcon",
        "—force",
        "--all",
        "--mine",
        "“merged",
        "by",
        "it”",
        "'",
        "—",
        "-m",
        "--",
      ],
      ...["--dry-run", "--reason", "x=“y", "--reason=z", "\n", "--state", "&lt;"],
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 7 }), (typed) => {
        const found = read(`destroy jade-owl --reason because ${typed.join(" ")}`);
        if (typeof found === "string") return;
        expect(found.words).toEqual(["jade-owl"]);
        // A flag counts only right after the one word of the reason.
        const isFlagFirst = /^(?:--|—)[a-z]|^-m/.test(typed.find((one) => one !== "\n") ?? "");
        const flags = Object.keys(found).filter((name) => name !== "words");
        expect(isFlagFirst || flags.join(" ") === "reason").toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
