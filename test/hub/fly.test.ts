import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startFlySimulation, type FlySimulation } from "../../src/cli/simulate/fly-simulation.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { startGitHub } from "../github/github-stand-in.ts";
import { leftProcesses } from "../left-processes.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { startHub } from "./hub-kit.ts";
import { runProgram } from "./hub-process.ts";
import { machinesIn } from "./nothing-left.ts";
import { packedHome } from "./packed-home.ts";

const token = "a-token-for-fly-9c1e5b";

/** A Fly with machines that are sandboxes here, gone with the test. */
async function startFly(): Promise<FlySimulation & { directory: string }> {
  const directory = temporaryDirectory();
  const simulation = await startFlySimulation({
    ...{ clock: createSystemClock(), directory, app: "my-thopters", token },
    ...{ port: 0, sshPort: 0 },
  });
  onTestFinished(() => simulation.close());
  return { ...simulation, directory };
}

describe("a hub whose machines come from Fly", () => {
  it("makes, talks to, reads and destroys a thopter, and leaves nothing", async () => {
    const fly = await startFly();
    const hub = await startHub({
      env: { ...fly.environment, FLY_AGENT_ENV: "MY_KEY", MY_KEY: "hush-7f21", FLY_SWAP_MB: "512" },
      files: {
        ".thopter/setup": 'echo "${MY_KEY:-nothing}" > ~/seen-by-setup\n',
        "agent.sh":
          'echo "setup saw $(cat ~/seen-by-setup)"; echo "got ${#MY_KEY} $MY_KEY"; while read -r line; do echo "$line" >>NOTES.md; done',
      },
    });
    const { name } = await hub.ready();
    expect([fly.machines(), fly.volumes(), machinesIn(hub.data)]).toEqual([1, 1, []]);
    const [made] = await machinesAt(fly);
    expect(made?.config).toMatchObject({
      guest: { cpu_kind: "shared", cpus: 2, memory_mb: 2048 },
      ...{ init: { swap_size_mb: 512 }, auto_destroy: false, restart: { policy: "on-failure" } },
    });
    expect(JSON.stringify(made)).not.toContain("hush-7f21");
    const read = (what: "screen" | "diff") => async () =>
      (await hub.person.call("read", { thopter: name, what })).text;
    // What it was given has nine letters, and leaves the hub by no way.
    await expect.poll(read("screen"), { timeout: 15_000 }).toContain("got 9 [redacted]");
    expect(await read("screen")()).toContain("setup saw nothing");
    // Fly never has it, so that nothing on the machine finds it before the agent starts.
    expect(JSON.stringify(await machinesAt(fly))).not.toContain("MY_KEY");
    await hub.person.call("tell", { thopter: name, text: "a line" });
    await expect.poll(read("diff"), { timeout: 15_000 }).toContain("+a line");
    const [done] = await hub.destroyed(name);
    expect(done?.status).toBe("succeeded");
    const rescue = done?.steps.find((step) => step.name === "rescue");
    expect(rescue?.note).toContain("a copy that goes with the machine");
    expect(fly.machines()).toBe(0);
    await hub.end();
    // What is spare stays, for the next one.
    expect(fly.volumes()).toBe(1);
    expect(await leftProcesses(fly.directory)).toEqual([]);
    expect(readdirSync(join(fly.directory, "fly", "machines"))).toEqual([]);
  }, 90_000);

  it("brings a template, an identity and context there, and a restart keeps them", async () => {
    const fly = await startFly();
    const github = await startGitHub();
    github.issues.set("owner/gate#5", { title: "It squeaks" });
    const login = { variable: "A_LOGIN", value: "a-login-of-no-known-shape-2c88" };
    const hub = await startHub({
      env: { ...fly.environment, GITHUB_TOKEN: github.token, GITHUB_API_URL: github.url },
      files: {
        "agent.sh": 'cat "$THOPTER_TASK_FILE" ~/.toolrc ~/context/*; echo "got ${#A_LOGIN}"; cat',
      },
      secrets: [github.token, login.value],
    });
    mkdirSync(join(hub.data, "templates"));
    writeFileSync(join(hub.data, "templates", "careful.md"), "Take care: {{ task }}");
    const never = new AbortController().signal;
    const archive = await packedHome({ ".toolrc": "of-the-identity" });
    const { upload } = await hub.person.uploadHome(archive, {}, never);
    await hub.person.call("createIdentity", { name: "mine", upload, logins: [login] });
    const { name } = await hub.ready({
      ...{ task: "Oil it", template: "careful", identity: "mine" },
      context: ["https://github.com/owner/gate/issues/5"],
    });
    const read = async () =>
      (await hub.person.call("read", { thopter: name, what: "screen" })).text;
    const words = ["Take care: Oil it", "of-the-identity", "# It squeaks", "got 30"];
    for (const one of words) await expect.poll(read, { timeout: 15_000 }).toContain(one);
    await hub.person.call("restartAgent", { thopter: name });
    for (const one of words) await expect.poll(read, { timeout: 15_000 }).toContain(one);
    await hub.end();
    expect(fly.machines()).toBe(0);
    expect(await leftProcesses(fly.directory)).toEqual([]);
  }, 90_000);

  it("still destroys what it made, here or there, when new machines come from elsewhere", async () => {
    const fly = await startFly();
    const hub = await startHub({ env: { ...fly.environment } });
    const there = await hub.ready();
    await hub.stop();
    await hub.start({ THOPTER_PROVIDER: "local" });
    const here = await hub.ready();
    expect([fly.machines(), machinesIn(hub.data).length]).toEqual([1, 1]);
    expect((await hub.destroyed(there.name)).map(({ status }) => status)).toEqual(["succeeded"]);
    expect(fly.machines()).toBe(0);
    await hub.stop();
    await hub.start();
    expect((await hub.destroyed(here.name)).map(({ status }) => status)).toEqual(["succeeded"]);
    await hub.end();
  }, 90_000);

  it("reaches each at a public port of its own", async () => {
    const fly = await startFly();
    const reach = { FLY_REACH: "public", FLY_ADDRESS: "127.0.0.1", MAX_CONCURRENT_PROVISIONS: "2" };
    const hub = await startHub({ env: { ...fly.environment, ...reach } });
    const names = (await Promise.all([hub.ready(), hub.ready()])).map(({ name }) => name);
    for (const name of names) {
      await hub.person.call("tell", { thopter: name, text: `for ${name}` });
      const screen = async () =>
        (await hub.person.call("read", { thopter: name, what: "screen" })).text;
      await expect.poll(screen, { timeout: 15_000 }).toContain(`Heard[for ${name}]`);
    }
    await hub.end();
    expect(fly.machines()).toBe(0);
  }, 90_000);

  it("finds its machines again after it was killed", async () => {
    const fly = await startFly();
    const hub = await startHub({ env: { ...fly.environment } });
    const { name } = await hub.ready();
    await hub.kill();
    await hub.start();
    await hub.person.call("tell", { thopter: name, text: "again" });
    const screen = async () =>
      (await hub.person.call("read", { thopter: name, what: "screen" })).text;
    await expect.poll(screen, { timeout: 15_000 }).toContain("Heard[again]");
    await hub.end();
    expect(fly.machines()).toBe(0);
  }, 90_000);
});

/** The machines as Fly's API lists them. */
async function machinesAt({ url }: FlySimulation): Promise<{ config: unknown }[]> {
  const headers = { authorization: `Bearer ${token}` };
  const list = `${url}/v1/apps/my-thopters/machines`;
  let listed: { config: unknown }[] = [];
  // Who did not write is a moment behind.
  await expect
    .poll(
      async () => {
        // Too many requests at once are answered with text.
        const response = await fetch(list, { headers });
        if (response.ok) listed = (await response.json()) as { config: unknown }[];
        return listed.length;
      },
      { timeout: 10_000, interval: 1000 },
    )
    .toBeGreaterThan(0);
  return listed;
}

/** What a hub says that does not start. */
async function refusal(env: Record<string, string>): Promise<{ code: unknown; words: string }> {
  const THOPTER_DATA_DIR = join(temporaryDirectory(), "data");
  const hub = runProgram(["start"], { THOPTER_DATA_DIR, THOPTER_PORT: "0", ...env });
  const code = await hub.ended;
  return { code, words: hub.output() };
}

describe("a hub that cannot use Fly", () => {
  it("says so at its start: the token, the app, what is not set", async () => {
    const { environment, directory: _directory } = await startFly();
    const revoked = await refusal({ ...environment, FLY_API_TOKEN: "a-revoked-one-2b6f" });
    expect(revoked.code).toBe(7);
    expect(revoked.words).toContain("Fly does not accept the token");
    expect(revoked.words).toContain("fly tokens create deploy --app my-thopters");
    expect(revoked.words).not.toContain("a-revoked-one-2b6f");
    const unknown = await refusal({ ...environment, FLY_APP: "nobodys" });
    expect(unknown.code).toBe(7);
    expect(unknown.words).toContain('there is no app "nobodys" at Fly');
    expect(unknown.words).toContain("fly apps create nobodys");
    const unset = await refusal({ ...environment, FLY_IMAGE: "" });
    expect(unset.code).toBe(2);
    expect(unset.words).toContain("FLY_IMAGE is not set");
    const handed = await refusal({ ...environment, FLY_AGENT_ENV: "NOT_THERE" });
    expect(handed.code).toBe(2);
    expect(handed.words).toContain("Cannot hand NOT_THERE to agents");
  }, 40_000);

  it("starts all the same while Fly does not answer", async () => {
    const { environment } = await startFly();
    const nobody = { FLY_FLAPS_BASE_URL: "http://127.0.0.1:9" };
    const hub = await startHub({ env: { ...environment, ...nobody } });
    expect((await hub.person.call("status", {})).accepting).toBe(true);
    expect(await hub.stop()).toBe(0);
  }, 40_000);
});
