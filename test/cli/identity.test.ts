import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { machinesIn } from "../hub/nothing-left.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { commandLineOf, jsonOf, run, runHere } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 180_000 });

const login = "a-login-of-no-known-shape-93b1";
const kept = "a-file-secret-of-no-known-shape-77aa";

// It shows what its agent got, and what the setup script before it did not.
const agentCommand = `printf '%s' "$ANTHROPIC_API_KEY" > "$HOME/login-seen"; exec sh ./agent.sh`;
const setup = `#!/bin/sh
ls -a "$HOME" > "$HOME/setup-saw"
env > "$HOME/setup-env"
mkdir -p caught
ln -s "$PWD/caught" "$HOME/.claude"
ln -s "$PWD/caught.txt" "$HOME/.gitconfig"
`;

function makeHome(): string {
  const home = temporaryDirectory();
  for (const name of [".claude/projects/x", ".ssh", ".cache", "bin", "notes", ".config/tool"]) {
    mkdirSync(join(home, name), { recursive: true });
  }
  const files = {
    ".gitconfig": "[user]\n  name = Ann\n",
    ".claude/settings.json": '{"model":"small"}',
    ".claude/.credentials.json": "never copied",
    ".claude/projects/x/talk.jsonl": "a transcript",
    ".claude.json": JSON.stringify({ theme: "dark", projects: { "/x": { history: ["secret"] } } }),
    ".bash_history": "history",
    ".cache/big": "cache",
    ".ssh/id_ed25519": "a private key",
    ".ssh/config": "Host *",
    ".config/tool/token": kept,
    "bin/hello": "#!/bin/sh\necho hello\n",
    "notes/mine.md": "shall not reach the clone",
    "task.md": "shall not replace the task",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
  writeFileSync(join(home, "bin/hello"), files["bin/hello"], { mode: 0o4755 });
  symlinkSync("hello", join(home, "bin/hi"));
  symlinkSync("/etc/passwd", join(home, "out"));
  return home;
}

function homeOf(hub: TestHub): string {
  const [machine = ""] = machinesIn(hub.data);
  return join(hub.data, "machines", machine, "home");
}

/** Files of the hub, machines left out, that hold a text. */
function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path.includes("/machines/")) return [];
    return readFileSync(path, "latin1").includes(text) ? [path] : [];
  });
}

function commandLines(): string {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const read = (id: string): string => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, "latin1");
    } catch {
      return ""; // It has ended.
    }
  };
  return ids.map(read).join("\n");
}

it("a home and a login reach the agent after the setup script, and nobody else", async () => {
  const hub = await startHub({
    env: { THOPTER_AGENT_COMMAND: agentCommand, ANTHROPIC_API_KEY: "the-login-of-the-hub-itself" },
    files: { ".thopter/setup": setup },
    secrets: [login, kept],
  });
  const thopter = commandLineOf(hub);
  const own = { THOPTER_DATA_DIR: hub.data };
  const home = makeHome();

  const dry = await thopter("identity", "create", "mine", "--from", home, "--dry-run");
  expect(dry.stdout).toMatch(/^TAKEN\tSIZE\t\n/);
  expect(dry.stdout).toContain(".config/tool/token\t36 B\tlooks like a credential");
  expect(dry.stdout).not.toMatch(/bash_history|talk\.jsonl|id_ed25519|credentials|task\.md/);
  expect(dry.stderr).toContain("left out: out (a link that leads out)");
  expect(dry.stderr).toContain("left out: .ssh/id_ed25519 (it may be a private key)");
  expect(readdirSync(hub.data)).not.toContain("identities");

  const asked = ["identity", "create", "mine", "--from", home, "--secret", "ANTHROPIC_API_KEY"];
  const made = await run({ ...own, ANTHROPIC_API_KEY: login }, ...asked, "--json");
  expect(jsonOf(made)).toMatchObject({
    name: "mine",
    variables: ["ANTHROPIC_API_KEY"],
    capturedFrom: `the directory ${home}`,
  });
  expect(made.stdout).not.toContain(login);
  expect((await run({ ...own, ANTHROPIC_API_KEY: login }, ...asked)).code).toBe(6);
  const shown = await thopter("identity", "show", "mine");
  expect(shown.stdout).toMatch(/ANTHROPIC_API_KEY: kept for .*, never checked/);
  expect(filesWith(hub.data, login)).toEqual([]);
  expect(filesWith(hub.data, kept)).toEqual([]);

  const { name } = await hub.ready({ name: "amber-falcon", identity: "mine" });
  const at = (file: string): string => readFileSync(join(homeOf(hub), file), "utf8");
  await expect.poll(() => existsSync(join(homeOf(hub), "login-seen"))).toBe(true);
  await expect.poll(() => at("login-seen")).toBe(login);
  expect(commandLines()).not.toContain(login);
  expect(at("setup-saw").split("\n")).not.toContain("bin");
  expect(at("setup-env")).not.toContain("API_KEY");
  expect(at(".gitconfig")).toContain("name = Ann");
  expect(at(".claude/settings.json")).toBe('{"model":"small"}');
  expect(JSON.parse(at(".claude.json"))).toEqual({ theme: "dark" });
  expect(at(".config/tool/token")).toBe(kept);
  expect(at("bin/hi")).toContain("echo hello");
  // What the setup script laid in the way was replaced, and nothing went through it.
  expect(existsSync(join(homeOf(hub), "notes/caught.txt"))).toBe(false);
  expect(readdirSync(join(homeOf(hub), "notes/caught"))).toEqual([]);
  expect(at("task.md")).toBe("Listen\n");
  expect(existsSync(join(homeOf(hub), "notes/mine.md"))).toBe(false);
  expect(existsSync(join(homeOf(hub), "notes/agent.sh"))).toBe(true);
  for (const file of [".bash_history", ".cache/big", ".ssh/id_ed25519", "out", ".thopter/x"]) {
    expect(existsSync(join(homeOf(hub), file)), file).toBe(false);
  }
  await hub.person.call("tell", { thopter: name, text: login });
  await expect
    .poll(async () => (await hub.person.call("read", { thopter: name, what: "screen" })).text)
    .toContain("Heard[[redacted]]");
  await hub.end();
});

it("identities are listed, chosen, checked and forgotten", async () => {
  const hub = await startHub({ secrets: [login] });
  const own = { THOPTER_DATA_DIR: hub.data };
  const here = (...args: string[]) =>
    runHere({ ...own, OPENAI_API_KEY: login, GH_TOKEN: login }, ...args);
  expect((await here("identity", "list")).stderr).toContain("There are none yet");
  const made = await here("identity", "create", "mine", "--login", "--expires", "2020-01-02");
  expect(made.stdout).toMatch(/^logins +OPENAI_API_KEY: kept for .*, expired 2020-01-02, never/m);
  expect(made.stderr).toContain("must renew it: thopter identity create mine --replace --login");
  expect((await here("identity", "create", "mine", "--secret", "GH_TOKEN")).code).toBe(6);
  expect((await here("identity", "default", "mine")).stdout).toBe("mine\n");
  const refused = await here("provision", "x", "--repo", hub.repository);
  expect(refused).toMatchObject({ code: 7 });
  expect(refused.stderr).toMatch(/OPENAI_API_KEY has expired on 2020-01-02/);
  const renewed = await here("identity", "create", "mine", "--replace", "--login", "--json");
  expect(jsonOf(renewed)).toMatchObject({ logins: [{ variable: "OPENAI_API_KEY" }] });
  expect(renewed.stdout).not.toContain("expiresAt");
  const shared = await here("identity", "create", "mine", "--replace", "--shared");
  expect(shared.stdout).toMatch(/^shared +with everyone/m);
  expect((await here("identity", "default", "mine", "--hub")).code).toBe(0);
  expect((await here("identity", "list")).stdout).toMatch(
    /^mine\tyou\tyes\tno\tOPENAI_API_KEY\tyours, the hub's\t/m,
  );
  const byAgent = { ...own, THOPTER_TOKEN: hub.token("agent-token") };
  expect((await runHere(byAgent, "identity", "show", "mine")).code).toBe(4);
  expect((await runHere(byAgent, "identity", "create", "x", "--login")).code).not.toBe(0);
  const named = ["provision", "x", "--repo", hub.repository, "--identity", "other"];
  expect((await runHere(byAgent, ...named)).code).toBe(4);
  expect((await here("identity", "default", "--none")).stdout).toBe("none\n");
  expect((await here("identity", "default")).stdout).toBe("mine\n");
  expect((await here("identity", "delete", "mine")).code).toBe(4);
  expect((await here("identity", "delete", "mine", "--yes")).stdout).toContain("is gone");
  expect((await here("identity", "show", "mine")).code).toBe(5);
  expect((await here("identity", "create", "Bad_Name", "--login")).code).toBe(2);
  expect((await here("identity", "create", "x", "--from", "/nowhere")).code).toBe(5);
  expect((await here("identity", "create", "x", "--login", "--expires", "soon")).code).toBe(2);
  await hub.end();
});
