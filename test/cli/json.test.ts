import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { createIdleProgram, leavesOf } from "./idle-program.ts";
import { commandOf, fields } from "./json-fields.ts";
import { collector, jsonOf, nowhere, portsHere, runHere } from "./run.ts";
import { startSlackStandIn, tokens } from "./slack-stand-in.ts";

vi.setConfig({ testTimeout: 120_000 });

/** These go on until they are interrupted. */
const endless = ["simulate fly", "simulate slack"];

const kept = { name: "GATE_TOKEN", value: "a-value-of-no-known-shape-51c7" };

type Found = Record<string, unknown>;
type Ask = (name: string, ...words: readonly string[]) => Promise<Found>;

/**
 * Runs a command line for its JSON, which must have the fields of its name: more may come, none may
 * go. Answers with it, of a list with its first.
 */
function asker(env: Record<string, string>, seen: Set<string>): Ask {
  return async (name, ...words) => {
    const one = look(name, jsonOf(await runHere(env, ...commandOf(name), "--json", ...words)));
    seen.add(name);
    return one;
  };
}

function look(name: string, found: unknown): Found {
  // What is no object has no fields, which is seen at once.
  const one = (Array.isArray(found) ? found[0] : found) as Found | undefined;
  expect(Object.keys(one ?? {}), name).toEqual(
    expect.arrayContaining((fields[name] ?? "no such name").split(" ")),
  );
  return one ?? {};
}

/** The life of a thopter up to unsaved work. */
async function live(hub: TestHub, ask: Ask, name: string): Promise<void> {
  const wish = ["listen", "--repo", hub.repository, "--ttl", "8h"];
  const { operation: made } = await ask("provision", ...wish, "--name", name);
  await ask("operation get", idOf(made));
  await ask("tell", name, "ask:Which?");
  await ask("wait", name);
  await ask("answer <thopter>", name);
  await ask("answer", name, "Yes");
  for (const verb of ["screen", "diff", "log", "transcript"]) await ask(verb, name);
  await ask("label", name, "+red");
  await ask("extend", name, "9h");
  await ask("status <thopter>", name);
  await ask("list");
  await ask("run", name, "--", "echo draft >draft.txt");
  await ask("restart", name, "--yes");
}

/** Its end, which has to be approved, and a second life. */
async function end(hub: TestHub, ask: Ask, name: string): Promise<void> {
  await ask("destroy --dry-run", name, "--dry-run");
  await hub.person.call("destroy", { thopters: [name], reason: "over" });
  const { id } = await ask("approve");
  const { operations } = await ask("approve <approval>", String(id), "--yes");
  await hub.finished(...(operations as unknown[]).map(idOf));
  await ask("restore");
  await ask("restore <rescue>", name, "--name", "jade-owl");
  await ask("rename", "jade-owl", "jade-jay");
  await ask("destroy", "jade-jay", "--yes");
}

/** What never gets a machine. */
async function queue(hub: TestHub, ask: Ask): Promise<void> {
  await ask("pause", "provision");
  const wish = ["listen", "--repo", hub.repository, "--no-wait"];
  const { operation: queued } = await ask("provision --no-wait", ...wish);
  const { id } = await ask("operation cancel", idOf(queued));
  await ask("operation retry", String(id));
  await ask("operation list");
  await ask("provision --count", ...wish, "--count", "2");
  await ask("resume", "destroy");
}

async function rule(ask: Ask): Promise<void> {
  const { token: made } = await ask("token create", "--person", "ann", "--role", "operator");
  await ask("token list");
  await ask("token revoke", idOf(made));
  await ask("person list");
  await ask("person role", "ann", "viewer");
  for (const name of ["status", "audit", "config", "doctor", "slack manifest", "slack link"])
    await ask(name);
}

/** What thopters start with. */
async function keep(hub: TestHub, ask: Ask): Promise<void> {
  mkdirSync(join(hub.data, "templates"));
  const text = "---\ndescription: Mends a bug\n---\n{{ task }}";
  writeFileSync(join(hub.data, "templates", "bugfix.md"), text);
  for (const name of ["template show", "template render"]) await ask(name, "bugfix");
  for (const name of ["template list", "template check"]) await ask(name);
  await ask("template list --repo", "--repo", hub.repository);
  const home = ["--from", join(hub.directory, "repositories", "notes")];
  await ask("identity create --dry-run", "mine", ...home, "--dry-run");
  await ask("identity create", "mine", ...home, "--secret", kept.name);
  for (const name of ["identity show", "identity check", "identity default"])
    await ask(name, "mine");
  await ask("identity list");
  await ask("identity delete", "mine", "--yes");
  await ask("repository env", "owner/gate", kept.name, "--from-env");
  await ask("repository list");
  await ask("repository trust", "owner/gate", "--timeout", "15m");
  for (const name of ["show", "distrust", "delete"]) await ask(`repository ${name}`, "owner/gate");
}

/** Another machine, which is linked to the hub and lets go of it again. */
async function link(hub: TestHub, ask: Ask, seen: Set<string>): Promise<void> {
  const laptop = nowhere();
  const linked = await begin(hub, laptop);
  await ask("login approve", linked.code, "--yes");
  look("login", await linked.answer());
  seen.add("login");
  const there = asker(laptop, seen);
  await there("login status");
  await there("logout");
  const refused = await begin(hub, laptop);
  await ask("login approve --deny", refused.code, "--deny", "--yes");
  await expect(refused.answer()).rejects.toThrow("It ended with 4");
}

/** Runs `login` up to its code, which is shown beside the answer. */
async function begin(hub: TestHub, env: Record<string, string>) {
  const [stdout, stderr] = [collector(), collector()];
  const argv = ["node", "thopter", "login", hub.url, "--json"];
  const ended = runCli(argv, portsHere(env, { stdout, stderr }));
  await expect.poll(() => stderr.text(), { timeout: 30_000 }).toContain("Waiting.");
  const [, code = ""] = /thopter login approve (\S+)/.exec(stderr.text()) ?? [];
  const answer = async (): Promise<unknown> =>
    jsonOf({ code: await ended, stdout: stdout.text(), stderr: stderr.text() });
  return { code, answer };
}

async function setUp(seen: Set<string>): Promise<void> {
  const { url } = await startSlackStandIn();
  const both = { SLACK_BOT_TOKEN: tokens.bot, SLACK_APP_TOKEN: tokens.app };
  await asker({ ...nowhere(), ...both, SLACK_API_URL: url }, seen)("slack setup");
  const chosen = ["--provider", "local", "--agent", "command"];
  await asker({ ...nowhere(), THOPTER_AGENT_COMMAND: "cat" }, seen)("init", ...chosen);
}

function idOf(record: unknown): string {
  // Every record has one.
  return (record as { id: string }).id;
}

it("the answers in JSON keep their fields", async () => {
  const hub = await startHub({ secrets: [kept.value] });
  const seen = new Set<string>();
  const ask = asker({ THOPTER_DATA_DIR: hub.data, [kept.name]: kept.value }, seen);
  await live(hub, ask, "amber-falcon");
  await end(hub, ask, "amber-falcon");
  await queue(hub, ask);
  await rule(ask);
  await keep(hub, ask);
  await link(hub, ask, seen);
  await setUp(seen);
  expect([...seen].toSorted()).toEqual(Object.keys(fields).toSorted());
  await hub.end();
});

it("each command that answers in JSON has its fields told here", () => {
  const told = new Set(Object.keys(fields).map((name) => commandOf(name).join(" ")));
  const all = leavesOf(createIdleProgram().program)
    .filter(({ command }) => command.options.some(({ long }) => long === "--json"))
    .map(({ words }) => words.join(" "));
  expect(all.filter((name) => !told.has(name))).toEqual(endless);
});
