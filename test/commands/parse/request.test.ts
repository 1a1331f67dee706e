import { fc } from "../../fast-check.ts";
import { describe, expect, it } from "vitest";
import type { SlackCommand } from "../../../commands/define-command.ts";
import { parseRequest } from "../../../commands/parse/request.ts";

function command(name: string, patch: Partial<SlackCommand> = {}): SlackCommand {
  return {
    ...{ name, summary: "", usage: name, examples: [], takes: "text" },
    flags: {
      repo: { takes: "value", short: "r", words: "owner/name" },
      all: { takes: "nothing", short: "a", words: "all" },
      "dry-run": { takes: "nothing", words: "show and stop" },
      mine: { takes: "nothing", words: "yours", selects: true },
      reason: { takes: "rest", words: "why" },
      var: { takes: "values", words: "a variable" },
    },
    run: () => Promise.resolve(),
    ...patch,
  };
}

const commands = [
  command("provision"),
  command("destroy", { takes: "names" }),
  command("tell", { takes: "name and text" }),
  command("list", { takes: "nothing", flags: {} }),
];

/** What is to be run, in short. */
function run(text: string) {
  const requested = parseRequest(text, commands);
  if (requested.kind !== "run") throw new Error(`It was not run: ${JSON.stringify(requested)}`);
  const { typed } = requested;
  return { name: requested.command.name, ...typed };
}

/** Why it is refused. */
function wrong(text: string): string {
  const requested = parseRequest(text, commands);
  return requested.kind === "wrong" ? requested.words : requested.kind;
}

describe("what is written after /thopter", () => {
  it("is a subcommand, words and flags, wherever the flags stand", () => {
    const typed = { words: ["a", "b"], text: "a b", flags: { all: true, repo: "o/r" } };
    expect(run("destroy a b --all --repo o/r")).toEqual({ name: "destroy", ...typed });
    expect(run("destroy --all a --repo o/r b")).toMatchObject(typed);
    expect(run("destroy --repo=o/r -a a b")).toMatchObject(typed);
    expect(run("destroy a b -r o/r --ALL")).toMatchObject(typed);
  });

  it("begins with a subcommand however it is capitalised", () => {
    expect(run("Destroy a").name).toBe("destroy");
  });

  it("is nothing when there are no words", () => {
    expect(parseRequest("", commands)).toEqual({ kind: "nothing" });
    expect(parseRequest(" \n ", commands)).toEqual({ kind: "nothing" });
    expect(parseRequest("--help", commands)).toEqual({ kind: "nothing" });
    expect(parseRequest("—help", commands)).toEqual({ kind: "nothing" });
  });

  it("asks for help about a subcommand with --help", () => {
    for (const text of ["destroy --help", "destroy a -h", "destroy —help"]) {
      expect(parseRequest(text, commands)).toMatchObject({
        kind: "help",
        about: { name: "destroy" },
      });
    }
  });

  it("takes every dash that keyboards make of two", () => {
    expect(run("destroy a —all –dry-run").flags).toEqual({ all: true, "dry-run": true });
    expect(run("destroy a —repo=o/r").flags).toEqual({ repo: "o/r" });
    expect(run("destroy a –-repo o/r").flags).toEqual({ repo: "o/r" });
  });

  it.each([
    '"two words"',
    "“two words”",
    "'two words'",
    "‘two words’",
    "„two words“",
    "«two words»",
  ])("keeps %s together", (phrase) => {
    expect(run(`destroy ${phrase} b`).words).toEqual(["two words", "b"]);
    expect(run(`provision ${phrase} --all`).text).toBe("two words");
    expect(run(`destroy --repo=${phrase} b`)).toMatchObject({
      words: ["b"],
      flags: { repo: "two words" },
    });
    expect(run(`destroy --repo ${phrase} b`).flags).toEqual({ repo: "two words" });
  });

  it("leaves apostrophes and stray quotes in words", () => {
    expect(run("provision don't break the 'quick path").text).toBe("don't break the 'quick path");
    expect(run(`provision say "hi" twice`)).toMatchObject({
      text: `say "hi" twice`,
      words: ["say", "hi", "twice"],
    });
  });

  it("keeps spaces and line breaks of a text as they were typed", () => {
    expect(run("provision first\n  - one\n  - two --repo o/r\nlast").text).toBe(
      "first\n  - one\n  - two\nlast",
    );
    expect(run("provision a  b").text).toBe("a  b");
  });

  it("keeps dashes of a text in quotes or after two dashes", () => {
    expect(run('provision "fix --no-verify usage" --all')).toMatchObject({
      text: "fix --no-verify usage",
      flags: { all: true },
    });
    expect(run("provision --repo o/r -- fix --no-verify  usage")).toMatchObject({
      text: "fix --no-verify  usage",
      words: ["fix", "--no-verify", "usage"],
      flags: { repo: "o/r" },
    });
    expect(run("provision explain ls -l").text).toBe("explain ls -l");
  });

  it("refuses flags that there are not, and says which was meant", () => {
    expect(wrong("destroy a --dryrun")).toContain("Did you mean `--dry-run`?");
    expect(parseRequest("destroy a -x", commands)).toMatchObject({ kind: "wrong" });
    expect(wrong("list --all")).toContain("takes no flags");
    expect(wrong("provision fix --no-verify usage")).toContain("put the text in quotes");
  });

  it("refuses a flag without its value, and a value that belongs to none", () => {
    for (const text of ["destroy a --repo", "destroy a --repo --all", "destroy a --repo="]) {
      expect(parseRequest(text, commands)).toMatchObject({
        kind: "wrong",
        words: "`--repo` needs a value: owner/name.",
      });
    }
    expect(parseRequest("destroy --all=a", commands)).toMatchObject({ kind: "wrong" });
    expect(run("destroy --all=yes").flags).toEqual({ all: true });
  });

  it("joins the values of a flag that is given twice", () => {
    expect(run("destroy --repo a --repo b").flags).toEqual({ repo: "a,b" });
  });

  it("says which subcommand may have been meant", () => {
    const meant = (text: string) => {
      const requested = parseRequest(text, commands);
      return requested.kind === "unknown" ? requested.meant : requested.kind;
    };
    expect(meant("destory a")).toBe("destroy");
    expect(meant("provison x")).toBe("provision");
    expect(meant("prov x")).toBe("provision");
    expect(meant("lst")).toBe("list");
    expect(meant("elephant")).toBeUndefined();
    expect(meant("constructor")).toBeUndefined();
    expect(meant("__proto__")).toBeUndefined();
  });

  it("takes links, mentions and signs as they were typed", () => {
    expect(run("tell a look at <https://a.b/c?d=1&amp;e=2>").text).toBe(
      "a look at https://a.b/c?d=1&e=2",
    );
    expect(run("tell a fix <http://main.py|main.py> for <@U1|bob> in <#C1|dev>").text).toBe(
      "a fix main.py for @bob in #dev",
    );
    expect(run("tell a <@U1> and <!here> and <!subteam^S1|@team>").text).toBe(
      "a @U1 and @here and @team",
    );
    expect(run("tell a read <https://a.b/c|the page>").text).toBe("a read https://a.b/c");
    expect(run("tell a write to <mailto:a@b.c|a@b.c>").text).toBe("a write to a@b.c");
    expect(run("destroy x --repo <https://github.com/o/r>").flags).toEqual({
      repo: "https://github.com/o/r",
    });
    expect(run("tell a 1 &lt; 2 &amp;&amp; 3 &gt; 2").text).toBe("a 1 < 2 && 3 > 2");
    expect(run("tell a &amp;lt; stays").text).toBe("a &lt; stays");
    expect(run("tell a < b > c <>").text).toBe("a < b > c <>");
  });

  it("never throws, and never makes up words", () => {
    const piece = fc.oneof(
      fc.constantFrom("destroy", "provision", "tell", "--repo", "--all=", "—", "--", "-r", "“"),
      fc.constantFrom('"', "'", "<@U1|", "<!", "&amp;", "\n", "  ", "--__proto__", "constructor"),
      fc.string({ unit: "binary", maxLength: 20 }),
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((rest) => `provision ${rest}`),
        ),
        (raw) => {
          const requested = parseRequest(raw, commands);
          if (requested.kind !== "run") return;
          const { typed } = requested;
          expect(typed.text).toBe(typed.text.trim());
          for (const flag of Object.keys(typed.flags)) {
            expect(Object.keys(requested.command.flags)).toContain(flag);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("keeps each value of a flag that may be written several times, commas and all", () => {
    const flags = { var: ["a=1,2", "b=two words", "c=3"] };
    expect(run("provision x --var a=1,2 --var 'b=two words' --var=c=3").flags).toEqual(flags);
    expect(run("provision x —var a=1,2 –var b=“two words” --var=c=«3»").flags).toEqual(flags);
  });

  it("leaves a phrase after a name in a text as it was typed", () => {
    expect(run('tell a export FOO="a b" first').text).toBe('a export FOO="a b" first');
    expect(run('provision FOO="a b"').text).toBe('FOO="a b"');
    expect(run('tell a FOO="a b"')).toMatchObject({ words: ["a", 'FOO="a b"'] });
  });

  it("gives back plain words as they are", () => {
    const word = fc.stringMatching(/^[a-z0-9/.:]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        expect(run(`provision ${words.join(" ")}`)).toEqual({
          ...{ name: "provision", words, text: words.join(" "), flags: {} },
        });
      }),
    );
  });

  it("reads any phrase in quotes back as one word", () => {
    const phrase = fc.string({ maxLength: 30 }).filter((text) => !/["“”<>&]/.test(text));
    fc.assert(
      fc.property(phrase, (text) => {
        expect(run(`destroy "${text}" b`).words).toEqual([text, "b"]);
      }),
    );
  });
});
