import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { startHostileHub } from "./hostile-hub.ts";
import type { Hostility } from "./hostile-hub.ts";
import { createIdleProgram, leavesOf } from "./idle-program.ts";
import { nowhere, runHere } from "./run.ts";
import type { Ran } from "./run.ts";

vi.setConfig({ testTimeout: 120_000 });

const one = "calm-otter";

/** A line for each command that asks a hub. */
const lines: Readonly<Record<string, readonly string[]>> = {
  "login status": [],
  "login approve": ["ABCD-EFGH", "--yes"],
  provision: ["mend it", "--repo", "owner/gate"],
  ...{ list: [], status: [], wait: [one], rename: [one, "jade-owl"], label: [one, "+red"] },
  extend: [one, "2h"],
  destroy: [one, "--yes"],
  restore: [],
  tell: [one, "hello"],
  answer: [one],
  ...{ screen: [one], diff: [one], log: [one], transcript: [one] },
  run: [one, "--", "true"],
  restart: [one],
  ...{ "template list": [], "template show": ["bugfix"], "template render": ["bugfix"] },
  "identity create": ["mine", "--secret", "A_KEY"],
  ...{ "identity list": [], "identity show": ["mine"], "identity check": ["mine"] },
  ...{ "identity default": ["mine"], "identity delete": ["mine", "--yes"] },
  ...{ "repository list": [], "repository show": ["owner/gate"] },
  "repository env": ["owner/gate", "A_KEY", "--from-env"],
  "repository trust": ["owner/gate"],
  "repository distrust": ["owner/gate"],
  "repository delete": ["owner/gate"],
  ...{ "operation get": ["op-1"], "operation list": [], "operation cancel": ["op-1"] },
  "operation retry": ["op-1"],
  ...{ approve: [], pause: ["all"], resume: ["all"], audit: [] },
  ...{ "person list": [], "person role": ["ann", "viewer"] },
  ...{ "token create": [], "token list": [], "token revoke": ["tk-1"] },
  "slack link": [],
};
/** More lines of some of them. */
const further: readonly (readonly string[])[] = [
  ["status", one],
  ["destroy", one, "--dry-run"],
  ["destroy", "--mine", "--yes", "--no-wait"],
  ["provision", "mend it", "--repo", "owner/gate", "--no-wait"],
  ["provision", "mend it", "--repo", "owner/gate", "--count", "2"],
  ["approve", "ap-1", "--yes"],
  ["restore", one],
  ["answer", one, "Yes"],
  ["log", one, "-f"],
];

/** These ask no hub, or none that a token names; `attach` wants a terminal and paints what it sees itself. */
const without = [
  ...[
    "demo",
    "init",
    "start",
    "doctor",
    "login",
    "logout",
    "completion",
    "attach",
    "config",
    "mcp",
  ],
  ...["template check", "slack setup", "slack manifest", "simulate fly", "simulate slack"],
];

/** What they print is text from a thopter, in whatever lines that has. */
const tells = /^(?:screen|diff|log|run|template show|template render)\b/;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u200b]/;
/** Several texts of the longest kind. */
const much = 300_000;
const fake = /^\[exit 0\] all is well/m;

/** What is wrong with what a command has printed. */
function harmIn(line: string, { stdout, stderr }: Ran): string[] {
  return [stdout, stderr].flatMap((shown) => [
    ...(steering.test(shown) ? [`${line}: it steers`] : []),
    ...(shown.length > much ? [`${line}: it floods`] : []),
    ...(!tells.test(line) && fake.test(shown) ? [`${line}: it speaks in another's name`] : []),
  ]);
}

async function runAll(
  hostility: Hostility,
): Promise<{ asked: Set<string>; codes: Set<number | string>; harm: string[] }> {
  const { url, asked } = await startHostileHub(hostility);
  const here = nowhere();
  const env = { ...here, THOPTER_URL: url, THOPTER_TOKEN: "x", A_KEY: "value-of-it" };
  mkdirSync(join(here["THOPTER_DATA_DIR"] ?? "", "templates"));
  const all = Object.entries(lines).map(([name, args]) => [...name.split(" "), ...args]);
  const codes = new Set<number | string>();
  const harm: string[] = [];
  for (const line of [...all, ...further]) {
    const ran = await runHere(env, ...line);
    codes.add(ran.code);
    harm.push(...harmIn(line.join(" "), ran));
  }
  return { asked, codes, harm };
}

describe("a hub that means harm", () => {
  it("steers no terminal, floods none and speaks in no other's name, whatever the command", async () => {
    const { asked, harm } = await runAll("words");
    expect(harm).toEqual([]);
    expect(asked.size).toBeGreaterThan(45);
  });

  it("does not with words where it has to decide either", async () => {
    expect((await runAll("everything")).harm).toEqual([]);
  });

  it("does not with what it refuses", async () => {
    const { codes, harm } = await runAll("refusals");
    expect(harm).toEqual([]);
    // Of several provisions each is refused by itself.
    expect(codes).toEqual(new Set([6, 1]));
  });

  it.each([[null], [[]], ["x"], [{}]])("that answers %j is told from one", async (shape) => {
    const { url } = await startHostileHub({ shape });
    const env = { ...nowhere(), THOPTER_URL: url, THOPTER_TOKEN: "x" };
    for (const line of [["list"], ["status"], ["wait", one, "-t", "1s"]]) {
      const ran = await runHere(env, ...line);
      expect(ran, line.join(" ")).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(/^Cannot make sense of what the hub answered: /);
    }
  });

  it("is met by every command that asks one", () => {
    const all = leavesOf(createIdleProgram().program).map(({ words }) => words.join(" "));
    expect([...Object.keys(lines), ...without].toSorted()).toEqual(all.toSorted());
  });
});

it("a login at a hub that means harm steers no terminal", async () => {
  const { url } = await startHostileHub("words");
  const ran = await runHere(nowhere(), "login", url);
  expect(harmIn("login", ran)).toEqual([]);
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toMatch(/^Cannot understand the hub at /);
});
