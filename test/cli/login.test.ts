import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { endProcess, plainEnvironment, program } from "../hub/hub-process.ts";
import { commandLineOf, jsonOf, nowhere, run, runHere } from "./run.ts";
import type { Ran } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 30_000, interval: 50 };

type Asking = {
  /** Waits until it shows its code. */
  code(): Promise<string>;
  said(): string;
  ended: Promise<Ran>;
  interrupt(): void;
};

/** `thopter login` in a process of its own, which waits to be confirmed. */
function askToLogIn(env: Record<string, string>, ...args: string[]): Asking {
  const child = spawn(process.execPath, [program, "login", ...args], {
    env: { ...plainEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ran: Ran = { code: "running", stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (ran.stderr += text));
  const ended = new Promise<Ran>((resolve) => {
    child.once("close", (code, signal) => resolve({ ...ran, code: code ?? signal ?? "unknown" }));
  });
  onTestFinished(() => {
    if (child.exitCode === null && child.pid !== undefined) endProcess(child.pid);
  });
  return {
    async code() {
      await expect.poll(() => ran.stderr, patience).toMatch(/Waiting\./);
      return /thopter login approve (\S+)/.exec(ran.stderr)?.[1] ?? "";
    },
    said: () => ran.stderr,
    ended,
    interrupt: () => void child.kill("SIGINT"),
  };
}

const fileOf = (env: Record<string, string>): string =>
  join(env["THOPTER_DATA_DIR"] ?? "", "login.json");

const savedIn = (env: Record<string, string>) =>
  JSON.parse(readFileSync(fileOf(env), "utf8")) as { url: string; token: string; tokenId: string };

describe("a laptop", () => {
  it("is linked by a code that somebody confirms, acts as them, and logs out again", async () => {
    const hub = await startHub();
    const thopter = commandLineOf(hub);
    const made = await thopter("token", "create", "--person", "ann", "--role", "operator");
    const ann = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: made.stdout.trim() };
    const laptop = nowhere();
    expect(await runHere(laptop, "list")).toMatchObject({ code: 3 });

    const asking = askToLogIn(laptop, hub.url);
    const code = await asking.code();
    expect(asking.said()).toContain(`/thopter login ${code}`);
    expect(await runHere(ann, "login", "approve", "00000-00000")).toMatchObject({ code: 5 });
    const unsure = await runHere(ann, "login", "approve", code);
    expect(unsure).toMatchObject({ code: 4 });
    expect(unsure.stderr).toMatch(/Nothing was decided: .*use --yes/);
    const approved = await run(ann, "login", "approve", code, "--yes");
    expect(approved).toMatchObject({ code: 0 });
    expect(approved.stdout).toMatch(
      /^asked by +"\S+@\S+", as it calls itself\nfrom +127\.0\.0\.1$/m,
    );
    expect(approved.stdout).toMatch(/ acts as ann now, with the role "operator"\.\n$/);
    expect(await asking.ended).toMatchObject({
      code: 0,
      stdout: `Linked to ${hub.url} as ann, with the role "operator".\n`,
    });

    expect(statSync(fileOf(laptop)).mode & 0o777).toBe(0o600);
    const { token, tokenId } = savedIn(laptop);
    // The end of the test proves that the hub let it out nowhere.
    hub.client(token);
    expect(await run(laptop, "list")).toMatchObject({ code: 0 });
    const sameHub = { ...laptop, THOPTER_URL: `${hub.url}/` };
    expect(await runHere(sameHub, "list")).toMatchObject({ code: 0 });
    const asAgent = { ...laptop, THOPTER_TOKEN: hub.token("agent-token") };
    expect((await runHere(asAgent, "login")).stdout).toContain(`${hub.url} as an agent of `);
    for (const words of [["login"], ["login", "status"]]) {
      expect((await runHere(laptop, ...words)).stdout).toContain(`${hub.url} as ann`);
    }
    const listed = await thopter("token", "list");
    expect(listed.stdout).toMatch(
      new RegExp(`^${tokenId}\tperson\tlogin from \\S+@\\S+\tann\t`, "m"),
    );
    const audit = (await thopter("audit")).stdout;
    expect(audit).toMatch(/\tann\tcli\tlogin\.approve\taccepted\t/);
    expect(audit).toMatch(/\tann\tcli\tlogin\.collect\taccepted\t/);
    // Its secret is nowhere but in the file.
    for (const shown of [asking.said(), listed.stdout, audit]) expect(shown).not.toContain(token);

    expect(await run(laptop, "logout")).toMatchObject({
      code: 0,
      stdout: `Logged out of ${hub.url}.\n`,
      stderr: "",
    });
    expect(existsSync(fileOf(laptop))).toBe(false);
    expect(await runHere(laptop, "list")).toMatchObject({ code: 3 });
    const revoked = { ...laptop, THOPTER_URL: hub.url, THOPTER_TOKEN: token };
    expect(await runHere(revoked, "list")).toMatchObject({ code: 4 });
    expect((await runHere(laptop, "logout")).stderr).toBe("There was no login.\n");
    await hub.end();
  });

  it("is linked to another person by an admin, and can be denied; a viewer can log out", async () => {
    const hub = await startHub();
    const thopter = commandLineOf(hub);
    const vera = await thopter("token", "create", "--person", "vera", "--role", "viewer");
    expect(vera.code).toBe(0);
    const laptop = nowhere();

    const denied = askToLogIn(laptop, hub.url);
    const first = await denied.code();
    expect(await thopter("login", "approve", first, "--deny", "--yes")).toMatchObject({ code: 0 });
    const refused = await denied.ended;
    expect(refused).toMatchObject({ code: 4, stdout: "" });
    expect(refused.stderr).toMatch(/The login was denied\. Nothing was saved/);
    expect(
      await runHere({ THOPTER_DATA_DIR: hub.data }, "login", "approve", first, "--yes"),
    ).toMatchObject({ code: 6 });

    const asking = askToLogIn(laptop, hub.url, "--json");
    const code = await asking.code();
    const agent = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: hub.token("agent-token") };
    expect(await runHere(agent, "login", "approve", code, "--yes")).toMatchObject({ code: 4 });
    const forOther = await thopter("login", "approve", code, "--person", "vera", "--yes", "--json");
    expect(jsonOf(forOther)).toMatchObject({ personName: "vera", role: "viewer" });
    const linked = await asking.ended;
    expect(jsonOf(linked)).toMatchObject({ url: hub.url, personName: "vera", role: "viewer" });
    expect(linked.stdout).not.toContain("thp_");
    expect(jsonOf(await runHere(laptop, "login", "status", "--json"))).toMatchObject({
      kind: "person",
      role: "viewer",
    });
    expect(await runHere(laptop, "pause", "all")).toMatchObject({ code: 4 });

    const { token: former } = savedIn(laptop);
    const again = askToLogIn(laptop, hub.url);
    await thopter("login", "approve", await again.code(), "--yes");
    expect((await again.ended).stdout).toMatch(/with the role "admin"/);
    const old = { ...nowhere(), THOPTER_URL: hub.url, THOPTER_TOKEN: former };
    expect(await runHere(old, "list")).toMatchObject({ code: 4 });

    await thopter("token", "revoke", savedIn(laptop).tokenId);
    const stale = await runHere(laptop, "list");
    expect(stale).toMatchObject({ code: 4 });
    expect(stale.stderr).toMatch(
      /unknown, revoked or expired.*\n"thopter login http.*links this machine anew/,
    );
    expect(await runHere(laptop, "logout")).toMatchObject({ code: 0 });
    await hub.end();
  });

  it("hears that its hub was restarted, and what to do", async () => {
    const hub = await startHub();
    // The same port after the restart.
    const port = { THOPTER_PORT: new URL(hub.url).port };
    const asking = askToLogIn(nowhere(), hub.url);
    await asking.code();
    await hub.kill();
    await hub.start(port);
    const ended = await asking.ended;
    expect(ended).toMatchObject({ code: 5, stdout: "" });
    expect(ended.stderr).toMatch(/the hub was restarted\. Ask anew with "thopter login"/);
    await hub.end();
  });

  it("may give up while it waits, and forgets a hub that is away", async () => {
    const hub = await startHub();
    const laptop = nowhere();
    const asking = askToLogIn(laptop, hub.url);
    await asking.code();
    asking.interrupt();
    expect(await asking.ended).toMatchObject({ code: 130 });
    expect(existsSync(fileOf(laptop))).toBe(false);

    const linked = askToLogIn(laptop, hub.url);
    await commandLineOf(hub)("login", "approve", await linked.code(), "--yes");
    expect((await linked.ended).code).toBe(0);
    const { tokenId } = savedIn(laptop);
    await hub.kill();
    const away = await runHere(laptop, "list");
    expect(away).toMatchObject({ code: 3 });
    expect(away.stderr).toMatch(/^Cannot reach the hub at .*"thopter logout" forgets the hub/);
    const left = await runHere(laptop, "logout");
    expect(left).toMatchObject({ code: 0, stdout: `Logged out of ${hub.url}.\n` });
    expect(left.stderr).toContain(`thopter token revoke ${tokenId}`);
    expect(existsSync(fileOf(laptop))).toBe(false);
    await hub.start();
    await hub.end();
  });
});

describe("which hub is asked", () => {
  const login = { url: "http://127.0.0.1:9", token: "thp_person_saved", tokenId: "t" };

  function linkedTo(patch: Partial<typeof login> = {}): Record<string, string> {
    const env = nowhere();
    writeFileSync(fileOf(env), JSON.stringify({ ...login, ...patch }));
    return env;
  }

  it("the environment's goes first, and never gets the token of a login elsewhere", async () => {
    const hub = await startHub();
    const { THOPTER_DATA_DIR } = linkedTo();
    const env = { THOPTER_DATA_DIR: THOPTER_DATA_DIR ?? "", THOPTER_URL: hub.url };
    const here = { ...env, THOPTER_TOKEN: hub.token("token") };
    expect(await runHere(here, "list")).toMatchObject({ code: 0 });
    const without = await runHere(env, "list");
    expect(without).toMatchObject({ code: 4 });
    expect(without.stderr).toMatch(/there is no token\. Set THOPTER_TOKEN/);
    // The login goes before the hub of this machine.
    writeFileSync(fileOf({ THOPTER_DATA_DIR: hub.data }), JSON.stringify(login));
    const linked = await runHere({ THOPTER_DATA_DIR: hub.data }, "list");
    expect(linked).toMatchObject({ code: 3 });
    expect(linked.stderr).toContain("Cannot reach the hub at http://127.0.0.1:9");
    await runHere({ THOPTER_DATA_DIR: hub.data }, "logout");
    await hub.end();
  });

  it("an agent never gets a person's token", async () => {
    const env = linkedTo();
    for (const one of [env, { ...env, THOPTER_TOKEN: "thp_person_x" }]) {
      const ran = await run(one, "mcp");
      expect(ran).toMatchObject({ code: 4, stdout: "" });
      expect(ran.stderr).toMatch(
        /^Cannot serve an agent .*THOPTER_TOKEN.*"thopter token create --agent" makes it/,
      );
    }
  });

  it("a file that holds no login says what to do", async () => {
    for (const text of ["", "{}", JSON.stringify({ ...login, url: "javascript:1" })]) {
      const env = nowhere();
      writeFileSync(fileOf(env), text);
      const ran = await runHere(env, "list");
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toMatch(/it holds no login\. "thopter logout" removes it/);
      expect(await runHere(env, "logout")).toMatchObject({ code: 0 });
      expect(existsSync(fileOf(env))).toBe(false);
    }
  });
});

describe("an address", () => {
  it.each([
    ["hub.example.com", /give the whole address/],
    ["ftp://hub.example.com", /give the whole address/],
    ["https://ann:secret@hub.example.com", /without them/],
    ["http://hub.example.com", /without https.*--insecure/],
    ["http://127.evil.example.com", /without https/],
    ["http://localhost.example.com", /without https/],
    ["http://0.0.0.0:7777", /without https/],
  ])("%s is refused before anything is sent", async (url, words) => {
    const ran = await runHere(nowhere(), "login", url);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(words);
    expect(ran.stderr).not.toContain("secret");
  });

  it.each(["http://localhost:9", "http://[::1]:9", "http://127.0.0.1:9", "http://127.1:9"])(
    "%s is this machine's",
    async (url) => {
      const ran = await runHere(nowhere(), "login", url);
      expect(ran).toMatchObject({ code: 3 });
      expect(ran.stderr).toMatch(/^Cannot reach the hub at/);
    },
  );
});
