import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";

vi.setConfig({ testTimeout: 120_000 });

const value = "a-value-of-no-known-shape 'with $quotes'\nand two lines";
const digest = createHash("sha256").update(value).digest("hex");

const agentCommand = `printf %s "$NPM_TOKEN" | sha256sum > ../digest; echo "$NPM_TOKEN"; exec sh ./agent.sh`;
const setup = `#!/bin/sh
env > ../setup-env

`;

async function shown(hub: TestHub, thopter: string, command: string): Promise<string> {
  const { stdout } = await hub.person.call("run", { thopter, command, timeoutMs: 20_000 });
  return stdout;
}

/** The files below a directory that hold a text. */
function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .filter((path) => readFileSync(path, "latin1").includes(text));
}

/** Whether any process of this machine has a text on its command line. */
function isOnCommandLine(text: string): boolean {
  return readdirSync("/proc").some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(text);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

it("its variables reach agents alone, and nothing shows or keeps them in clear", async () => {
  const secret = value.split(" ", 1).join("");
  const hub = await startHub({
    env: { THOPTER_AGENT_COMMAND: agentCommand },
    files: { ".thopter/setup": setup },
    secrets: [secret],
  });
  const address = hub.repository;
  await hub.person.call("setRepositoryVariables", { address, set: { NPM_TOKEN: value } });
  // The same repository, written in another way.
  const { name } = await hub.ready({ repository: `file://${hub.repository}/` });
  expect(await shown(hub, name, "cat ../digest")).toContain(digest);
  const screen = () => hub.person.call("read", { thopter: name, what: "screen" });
  await expect.poll(async () => (await screen()).text, { timeout: 20_000 }).toContain("Ready");
  expect((await screen()).text).not.toContain(secret);
  expect(await shown(hub, name, "cat ../setup-env")).toContain("THOPTER_NAME=");
  expect(await shown(hub, name, "cat ../setup-env; env; cat ../.thopter/environment")).not.toMatch(
    /NPM_TOKEN/,
  );
  expect(filesWith(hub.directory, secret)).toEqual([]);
  expect(isOnCommandLine(secret)).toBe(false);

  // A hub that starts anew knows from the start what not to show, and a new agent gets it too.
  await hub.kill();
  await hub.start();
  expect((await screen()).text).not.toContain(secret);
  const again = await hub.ready();
  expect(await shown(hub, again.name, "cat ../digest")).toContain(digest);
  await hub.person.call("setRepositoryVariables", { address, unset: ["NPM_TOKEN"] });
  const without = await hub.ready();
  expect(await shown(hub, without.name, "cat ../digest")).not.toContain(digest);
  await hub.end();
});

it("its setup script runs where an admin trusts it, for as long as that says", async () => {
  const files = { ".thopter/setup": "#!/bin/sh\ntouch ../set-up\nsleep 3\n" };
  const hub = await startHub({ files, env: { THOPTER_SETUP_REPOSITORIES: "" } });
  const address = hub.repository;
  const outcome = async (request: { trustSetup?: boolean } = {}) => {
    const { operation } = await hub.provision(request);
    const [done] = await hub.finished(operation.id);
    const step = done?.steps.find(({ name }) => name === "run-setup-script");
    return { status: step?.status, words: step?.note ?? done?.error?.message };
  };
  const skipped = await outcome();
  expect(skipped).toMatchObject({ status: "skipped" });
  expect(skipped.words).toContain(`thopter repository trust ${address}`);
  expect(await outcome({ trustSetup: true })).toMatchObject({ status: "succeeded" });
  expect(await outcome()).toMatchObject({ status: "skipped" });
  await expect(hub.agent.call("trustRepository", { address, trusted: true })).rejects.toThrow(
    /needs the role "admin"/,
  );
  await expect(hub.provision({ trustSetup: true }, hub.agent)).rejects.toThrow(/only a person may/);
  await hub.person.call("trustRepository", { address, trusted: true });
  expect(await outcome()).toMatchObject({ status: "succeeded" });
  await hub.person.call("trustRepository", { address, trusted: true, setupTimeoutMs: 1000 });
  const late = await outcome();
  expect(late).toMatchObject({ status: "failed" });
  expect(late.words).toContain("took longer than 1 s");
  await hub.person.call("trustRepository", { address, trusted: false });
  expect(await outcome()).toMatchObject({ status: "skipped" });
  await hub.end();
});
