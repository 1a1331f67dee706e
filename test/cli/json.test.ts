import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { createIdleProgram, leavesOf } from "./idle-program.ts";
import { jsonOf, nowhere, runHere } from "./run.ts";
import { startSlackStandIn, tokens } from "./slack-stand-in.ts";

vi.setConfig({ testTimeout: 120_000 });

const page = "items";
const thopter =
  "id name status settled ownerId ownerName mine labels repository branch provider agent ageMs createdAt";
const operation =
  "id kind lane status priority thopterId thopterName after actor front attempts steps createdAt explanation";
const approval =
  "id status plan why requestedBy front deciders askerMayDecide createdAt expiresAt askedByName mayDecide";
const status =
  "lanes thopters draining accepting breakers thopterCounts agentCounts queue running pendingApprovals unknownMachines";
const reading = "thopterName what text truncated";

/** The fields at the top of what each command answers; of a list, those of what is in it. */
const fields: Readonly<Record<string, string>> = {
  provision: "thopter operation",
  "provision --no-wait": "thopter operation outcome",
  "provision --count": "items counts",
  list: "items hasMore",
  status,
  "status <thopter>": `${thopter} task work`,
  wait: "done thopters",
  tell: thopter,
  answer: thopter,
  "answer <thopter>": "thopter text choices hash",
  screen: reading,
  diff: reading,
  log: reading,
  run: "exitCode stdout stderr truncated",
  rename: thopter,
  label: thopter,
  extend: `${thopter} expiresAt`,
  destroy: operation,
  "destroy --dry-run": "plan verdict",
  "restore <rescue>": "thopter operation",
  restore: "id thopterName repository savedAt commits uncommittedFiles bundlePath",
  "operation get": operation,
  "operation list": page,
  "operation cancel": operation,
  "operation retry": `${operation} retryOf`,
  approve: approval,
  "approve <approval>": "approval operations",
  pause: status,
  resume: status,
  audit: "id at actor front action subject outcome",
  "token create": "token secret",
  "token list": "id kind label personId personName role readOnly toolsets createdAt",
  "token revoke": "id kind label personId personName role readOnly toolsets createdAt revokedAt",
  "person list": "id name role createdAt",
  "person role": "id name role createdAt",
  config: "file settings problems",
  doctor: "what ok words",
  "slack setup": "mode file",
  "slack manifest": "display_information features oauth_config settings",
  "slack link": "code expiresAt",
};

/** These go on until they are interrupted. */
const endless = ["simulate fly", "simulate slack"];

type Found = Record<string, unknown>;
type Ask = (name: string, ...words: readonly string[]) => Promise<Found>;

/**
 * Runs a command line for its JSON, which must have the fields of its name: more may come, none may
 * go. Answers with it, of a list with its first.
 */
function asker(env: Record<string, string>, seen: Set<string>): Ask {
  return async (name, ...words) => {
    const found = jsonOf(await runHere(env, ...commandOf(name), "--json", ...words));
    // What is no object has no fields, which is seen at once.
    const one = (Array.isArray(found) ? found[0] : found) as Found | undefined;
    expect(Object.keys(one ?? {}), name).toEqual(
      expect.arrayContaining((fields[name] ?? "no such name").split(" ")),
    );
    seen.add(name);
    return one ?? {};
  };
}

/** The command alone, without what tells its answers apart. */
function commandOf(name: string): string[] {
  return name.split(" ").filter((word) => /^\w/.test(word));
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
  for (const verb of ["screen", "diff", "log"]) await ask(verb, name);
  await ask("label", name, "+red");
  await ask("extend", name, "9h");
  await ask("status <thopter>", name);
  await ask("list");
  await ask("run", name, "--", "echo draft >draft.txt");
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

async function connectSlack(seen: Set<string>): Promise<void> {
  const { url } = await startSlackStandIn();
  const both = { SLACK_BOT_TOKEN: tokens.bot, SLACK_APP_TOKEN: tokens.app };
  await asker({ ...nowhere(), ...both, SLACK_API_URL: url }, seen)("slack setup");
}

function idOf(record: unknown): string {
  // Every record has one.
  return (record as { id: string }).id;
}

it("the answers in JSON keep their fields", async () => {
  const hub = await startHub();
  const seen = new Set<string>();
  const ask = asker({ THOPTER_DATA_DIR: hub.data }, seen);
  await live(hub, ask, "amber-falcon");
  await end(hub, ask, "amber-falcon");
  await queue(hub, ask);
  await rule(ask);
  await connectSlack(seen);
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
