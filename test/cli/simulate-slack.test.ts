import { WebClient } from "@slack/web-api";
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { endProcess, runProgram } from "../hub/hub-process.ts";
import { leftProcesses } from "../left-processes.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { run, runHere } from "./run.ts";

const patience = { timeout: 30_000, interval: 50 };

/** Starts it; answers with the environment that it prints for a hub, and the address of its page. */
async function simulate(...args: readonly string[]) {
  const TMPDIR = temporaryDirectory();
  const slack = runProgram(["simulate", "slack", "--port", "0", ...args], { TMPDIR });
  onTestFinished(() => endProcess(slack.pid));
  await expect.poll(() => slack.output(), patience).toContain("Ctrl-C");
  const lines = [...slack.output().matchAll(/^export ([A-Z_]+)=(\S+)$/gm)];
  const environment = Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
  const page = /is at (http:\S+):/.exec(slack.output())?.[1] ?? "";
  return { slack, environment, page, TMPDIR };
}

type State = {
  user: string;
  channels: { id: string; name: string }[];
  messages: { ts: string; html: string }[];
  modals: { id: string; title: string; html: string }[];
};

/** Whoever the page shows at first, in the first channel, through the requests that the page makes. */
async function visit(page: string) {
  const read = async (query = ""): Promise<State> => {
    const response = await fetch(`${page}/page/state?${query}`);
    // The page's own answer.
    return (await response.json()) as State;
  };
  const { user, channels } = await read();
  const channel = channels[0]?.id ?? "";
  const look = (where = channel): Promise<State> =>
    read(new URLSearchParams({ user, channel: where }).toString());
  const said = async (where?: string): Promise<string> =>
    (await look(where)).messages.map(({ html }) => html).join("\n");
  return {
    look,
    async act(body: Record<string, string>): Promise<unknown> {
      const headers = { "content-type": "application/json" };
      const text = JSON.stringify({ user, channel, ...body });
      const response = await fetch(`${page}/page/act`, { method: "POST", headers, body: text });
      return response.json();
    },
    said,
  };
}

it("what it prints starts a hub that a person uses on its page, and a signal ends it", async () => {
  const { slack, environment, page, TMPDIR } = await simulate();
  const names = ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL"];
  expect(Object.keys(environment)).toEqual(names);
  const { SLACK_API_URL: slackApiUrl = "", SLACK_BOT_TOKEN: token } = environment;
  const answer = await new WebClient(token, { slackApiUrl }).auth.test();
  expect(answer).toMatchObject({ ok: true, user: "thopter" });

  const hub = await startHub({ env: environment });
  await expect.poll(() => hub.output(), patience).toMatch(/\/thopter claim \w+/);
  const person = await visit(page);
  const [code] = /\/thopter claim \w+/.exec(hub.output()) ?? [""];
  await expect
    .poll(() => person.act({ do: "type", text: code }), patience)
    .not.toHaveProperty("trouble");
  await expect.poll(() => person.said(), patience).toMatch(/with the role <b>admin<\/b>/);
  // The app hears all that its manifest names: direct messages too.
  await person.act({ do: "type", channel: "@app", text: "help" });
  await expect.poll(() => person.said("@app"), patience).toMatch(/what there is/);
  await person.act({ do: "type", text: "/thopter provision" });
  await expect
    .poll(async () => (await person.look()).modals.map(({ title }) => title), patience)
    .toEqual(["New thopter"]);
  expect(await hub.stop()).toBe(0);

  slack.child.kill("SIGTERM");
  expect(await slack.ended).toBe(0);
  await expect(fetch(page)).rejects.toThrow("fetch failed");
  expect(readdirSync(TMPDIR)).toEqual([]);
  expect(await leftProcesses(TMPDIR)).toEqual([]);
}, 90_000);

it("reaches a hub over HTTP when it is told where", async () => {
  const { slack, environment, page } = await simulate("--http", "http://127.0.0.1:9");
  const names = ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"];
  expect(Object.keys(environment)).toEqual(names);
  const person = await visit(page);
  // Nobody listens there, which is another matter than nobody being connected.
  const typed = await person.act({ do: "type", text: "/thopter help" });
  expect(typed).toMatchObject({ trouble: "dispatch_failed" });
  slack.child.kill("SIGINT");
  expect(await slack.ended).toBe(0);
}, 30_000);

it("says it all in JSON for scripts", async () => {
  const slack = runProgram(["simulate", "slack", "--port", "0", "--json"], {});
  onTestFinished(() => endProcess(slack.pid));
  await expect.poll(() => slack.output(), patience).toMatch(/\}\s*$/);
  // What the command promises to print.
  const said = JSON.parse(slack.output()) as { url: string; environment: Record<string, string> };
  expect(said.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(said.environment).toMatchObject({ SLACK_API_URL: `${said.url}/api/` });
  expect(Object.values(said.environment).join()).toMatch(/^xoxb-\w+,xapp-[\w-]+,/);
  slack.child.kill("SIGTERM");
  expect(await slack.ended).toBe(0);
}, 30_000);

it("says which port is taken, and what is no port and no address", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  // A server that listens on a port has one.
  const port = String((server.address() as AddressInfo).port);
  const taken = await run({}, "simulate", "slack", "--port", port);
  expect(taken.code).toBe(7);
  expect(taken.stderr).toContain(`Cannot simulate Slack on port ${port}`);
  expect(taken.stderr).toContain("--port");
  const none = await runHere({}, "simulate", "slack", "--port", "http");
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('Cannot use "http" for --port');
  const nowhere = await runHere({}, "simulate", "slack", "--port", "0", "--http", "ftp://x");
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain('Cannot use "ftp://x" for --http');
}, 30_000);
