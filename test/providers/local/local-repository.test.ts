import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Machine, Provider } from "../../../src/core/ports/provider.ts";
import { script } from "../../contracts/provider-contract.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { localHarness, makeMachine, realIsolation, signal } from "./local-harness.ts";

function makeRepository(): string {
  const path = temporaryDirectory();
  const git = (...args: string[]): Buffer =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...args], {
      cwd: path,
    });
  git("init", "--quiet");
  writeFileSync(join(path, "code"), "committed");
  git("add", "code");
  git("commit", "--quiet", "--message", "First");
  writeFileSync(join(path, ".env"), "never-committed");
  return path;
}

async function createWith(provider: Provider, repositoryPath: string): Promise<Machine> {
  const tags = { hub: "hub-1", thopter: "thopter-1", operation: "operation-1" };
  const machine = await provider.create({ name: "swift-heron", tags, repositoryPath }, signal);
  onTestFinished(() => provider.destroy(machine.id, signal));
  return machine;
}

describe("a sandboxed machine for a repository of this machine", () => {
  it("can clone it, and neither change it nor see what was never committed", async () => {
    const { provider } = localHarness(await realIsolation());
    const path = makeRepository();
    const shell = await provider.shell((await createWith(provider, path)).id, signal);
    expect(
      await script(shell, 'git clone --quiet "$1" "$HOME/clone"; cat "$HOME/clone/code"', path),
    ).toBe("committed");
    expect(await script(shell, 'ls -A "$1"', path)).toBe(".git");
    expect(await script(shell, 'touch "$1/.git/x" 2>/dev/null || echo refused', path)).toBe(
      "refused",
    );
  });

  it("cannot see how its owner reaches others, nor what was done there", async () => {
    const { provider } = localHarness(await realIsolation());
    const path = makeRepository();
    const address = "https://someone:hunter2@localhost/owner/name";
    execFileSync("git", ["remote", "add", "origin", address], { cwd: path });
    const shell = await provider.shell((await createWith(provider, path)).id, signal);
    expect(await script(shell, 'cat "$1/.git/config"; ls -A "$1/.git/logs"', path)).toBe("");
    expect(
      await script(shell, 'git clone --quiet "$1" "$HOME/clone"; cat "$HOME/clone/code"', path),
    ).toBe("committed");
  });

  it("shares it with no other machine", async () => {
    const { provider } = localHarness(await realIsolation());
    const path = makeRepository();
    await createWith(provider, path);
    const other = await makeMachine(provider, "thopter-2");
    const shell = await provider.shell(other.id, signal);
    expect(await script(shell, 'test -e "$1" && echo there || echo hidden', path)).toBe("hidden");
  });

  it("is not made where there is no repository, nor for one among the hub's files", async () => {
    const { provider, directory } = localHarness(await realIsolation());
    const nothing = createWith(provider, temporaryDirectory());
    await expect(nothing).rejects.toMatchObject({ name: "UserError", code: "not_found" });
    const machine = await makeMachine(provider, "thopter-2");
    const stolen = join(directory, machine.id, "home", "repository");
    mkdirSync(stolen);
    execFileSync("git", ["init", "--quiet", "--bare"], { cwd: stolen });
    const forbidden = createWith(provider, stolen);
    await expect(forbidden).rejects.toMatchObject({ name: "UserError", code: "forbidden" });
    expect(await provider.list("hub-1", signal)).toEqual([machine]);
  });
});
