import { chmodSync, copyFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { commandLineOf, runHere } from "../cli/run.ts";
import { manyComments, startGitHub } from "../github/github-stand-in.ts";
import type { GitHubStandIn } from "../github/github-stand-in.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";
import type { McpClient } from "./mcp-client.ts";
import { machinesIn } from "./nothing-left.ts";
import { makeRepository } from "./repository.ts";

vi.setConfig({ testTimeout: 240_000 });

const soon = { timeout: 60_000, interval: 200 };
const apiKey = "sk-ant-api03-of-no-use-anywhere-0123456789";
/** What those who took something over would have others see and do. */
const order = "OBEY-ME";
const signs = `a\u001b]52;c;aGk=\u0007\u001b[2J\u202e\u009b31m ${order}\rb`;
/** Signs that steer a terminal, or reorder and hide text. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/;
const name = "amber-falcon";

/** A repository whose own files ask for all they can. */
const files = {
  ".thopter/config.yml": "template: repo:steer\nlabels: [red]\nttl: 2d\n",
  ".thopter/templates/steer.md": `${signs} {{ task }}\u001b[201~`,
  // Nobody asks for these: reading all of them would hold up the hub for many seconds.
  ...Object.fromEntries(
    Array.from({ length: 7 }, (_, number) => [
      `.thopter/templates/slow${number}.md`,
      `---\n${Array.from({ length: 11_000 }, (_one, key) => `${key.toString(36)}:`).join("\n")}\n---\n`,
    ]),
  ),
};

async function startTakenOver(github: GitHubStandIn): Promise<TestHub> {
  const played = join(temporaryDirectory(), "claude");
  copyFileSync(new URL("fixtures/taken-over.sh", import.meta.url), played);
  chmodSync(played, 0o755);
  const env = {
    ...{ THOPTER_AGENT: "claude", THOPTER_CLAUDE_PROGRAM: played, ANTHROPIC_API_KEY: apiKey },
    ...{ GITHUB_TOKEN: github.token, GITHUB_API_URL: github.url },
  };
  return startHub({ env, files, secrets: [github.token, apiKey] });
}

async function startHostileGitHub(): Promise<GitHubStandIn> {
  const github = await startGitHub();
  github.issues.set("owner/gate#5", {
    ...{ title: signs.repeat(1000), state: signs, login: signs, body: signs.repeat(50_000) },
    labels: Array.from({ length: 500 }, () => `${signs}${"x".repeat(1000)}`),
    comments: manyComments(300, signs.repeat(100)),
  });
  return github;
}

/** What the tools answered beside the field that says what it holds, in both forms of each answer. */
function vouchedFor(mcp: McpClient): string {
  const answers = mcp.text().split("\n").filter(Boolean);
  return answers
    .flatMap((line) => {
      // As the client of the tests writes it down.
      const { structuredContent, content } = JSON.parse(line) as {
        structuredContent: object;
        content: { text: string }[];
      };
      const texts = content.map(({ text }) => (text.startsWith("{") ? factsOf(text) : text));
      return [factsOf(JSON.stringify(structuredContent)), ...texts];
    })
    .join("\n");
}

function factsOf(json: string): string {
  const { untrusted: _said, ...facts } = JSON.parse(json) as Record<string, unknown>;
  return JSON.stringify(facts);
}

async function askTools(mcp: McpClient): Promise<void> {
  await mcp.call("get_thopter", { thopter: name });
  await mcp.call("list_thopters", {});
  await mcp.call("fleet_status", {});
  await mcp.call("list_operations", {});
  await mcp.call("wait_for_thopters", { thopters: [name], timeout_seconds: 1 });
  for (const what of ["screen", "log", "transcript", "diff"]) {
    const { untrusted } = await mcp.call("read_thopter", {
      ...{ thopter: name, what, max_characters: 5000 },
    });
    expect(untrusted?.text?.length, what).toBeLessThanOrEqual(5000);
    expect(untrusted?.text, what).not.toMatch(steering);
  }
}

async function commandLines(hub: TestHub): Promise<void> {
  const lines = [
    ...[["list"], ["status"], ["status", name], ["screen", name], ["transcript", name]],
    ...[["log", name], ["diff", name], ["operation", "list"], ["audit"], ["list", "--json"]],
    ...[
      ["transcript", name, "--json"],
      ["status", name, "--json"],
    ],
  ];
  for (const line of lines) {
    const { code, stdout, stderr } = await runHere({ THOPTER_DATA_DIR: hub.data }, ...line);
    expect(code, `${line.join(" ")}: ${stderr}`).toBe(0);
    expect(`${stdout}${stderr}`, line.join(" ")).not.toMatch(steering);
    expect(stdout.length, line.join(" ")).toBeLessThan(300_000);
  }
}

it("an issue, a repository and an agent that are all hostile steer nothing and pass for nobody", async () => {
  const hub = await startTakenOver(await startHostileGitHub());
  const events = await hub.events();
  const mcp = await hub.mcp();
  const state = async () => (await hub.person.call("getThopter", { thopter: name })).agentState;
  const tell = (text: string) => hub.agent.call("tell", { thopter: name, text });
  const context = ["https://github.com/owner/gate/issues/5"];
  const thopter = await hub.ready({ name, context, task: "Mend the gate" }, hub.agent);
  expect(thopter.labels).toEqual(["red"]);

  // What its agent was told lies there as text, fenced and bounded.
  const [machine = ""] = machinesIn(hub.data);
  const home = join(hub.data, "machines", machine, "home");
  const told = readFileSync(join(home, "task.md"), "utf8");
  expect(told).toContain("Mend the gate");
  expect(told).not.toMatch(steering);
  const issue = readFileSync(join(home, "context", "owner-gate-5.md"), "utf8");
  expect(issue).toContain(order);
  expect(issue).not.toMatch(steering);
  expect(Buffer.byteLength(issue)).toBeLessThanOrEqual(200_000);
  expect(issue.trimEnd()).toMatch(/\n===== [0-9a-f]{48} ends =====$/);

  for (const [said, status] of [
    ["message", "idle"],
    ["limit", "limited"],
    ["question", "waiting"],
  ] as const) {
    await tell(said);
    await expect.poll(async () => (await state())?.status, soon).toBe(status);
    await askTools(mcp);
  }
  await commandLines(hub);
  const { lastMessage, agentState } = await hub.person.call("getThopter", { thopter: name });
  expect(lastMessage).toContain(order);
  expect(lastMessage?.length).toBeLessThanOrEqual(2000);
  expect(agentState?.question?.text.length).toBeLessThanOrEqual(4000);

  expect(vouchedFor(mcp)).not.toContain(order);
  expect(vouchedFor(mcp)).not.toContain("275760");
  expect(mcp.text()).toContain(order);
  expect(events.text()).not.toMatch(/\\u001b|\\u009b|\\u0007/);
  expect(events.text()).not.toMatch(steering);
  const log = join(hub.data, "hub.log");
  expect(statSync(log).size).toBeLessThan(1_000_000);
  expect(readFileSync(log, "utf8")).not.toMatch(steering);
  await hub.end();
});

it("a repository's configuration that asks for more than it may changes nothing, and says so", async () => {
  const hub = await startHub();
  const thopter = commandLineOf(hub);
  for (const [number, config] of [
    `identity: mine\nagent: evil\n"${order}\\e[31m": 1\n`,
    `template: "repo:../../../../etc/passwd"\n`,
    `ttl: 9999d\n`,
    `setup: {script: true, timeout: 9h}\n`,
    `x: &a [*a]\n`,
  ].entries()) {
    const repository = makeRepository(join(hub.directory, "repositories", `greedy${number}`), {
      ".thopter/config.yml": config,
    });
    const ran = await thopter("provision", "x", "--repo", repository);
    expect(ran.code, config).not.toBe(0);
    expect(ran.stderr, config).toContain('".thopter/config.yml" of the repository: line');
    expect(`${ran.stdout}${ran.stderr}`).not.toMatch(steering);
  }
  await hub.end();
});
