import { describe, expect, it } from "vitest";
import { leftOutOf, looksSecret } from "../../src/core/home-exclusions.ts";

const stays = [
  ...[".bash_history", "deep/.zsh_history", ".python_history", ".node_repl_history", ".lesshst"],
  ...[".cache", ".cache/pip/x", ".npm/x", "tool/node_modules/a/b.js", "x/__pycache__/y.pyc"],
  ...["app.log", "deep/logs/a", ".claude/projects/a", ".claude/todos/a", ".claude/statsig/a"],
  ...[".claude/shell-snapshots/a", ".claude/history.jsonl", ".claude/.credentials.json"],
  ...[".thopter/identity", "task.md", ".ssh/id_ed25519", ".ssh/deploy", ".ssh/keys/config.pem"],
];
const comes = [
  ...[".bashrc", ".gitconfig", ".claude/settings.json", ".claude/CLAUDE.md", ".claude.json"],
  ...[".ssh", ".ssh/config", ".ssh/known_hosts", ".ssh/id_ed25519.pub", ".config/gh/hosts.yml"],
  ...["notes/task.md", "bin/logs.sh", ".cachet", "projects/a", "work/.thopter/setup"],
];

describe("what is left out of every home", () => {
  it.each(stays)("%s stays behind", (path) => {
    expect(leftOutOf({})(path)).toBeTypeOf("string");
  });

  it.each(comes)("%s comes along", (path) => {
    expect(leftOutOf({})(path)).toBeUndefined();
  });

  it("lets private keys of ssh come along where that is asked, but nobody new in", () => {
    expect(leftOutOf({ includeSsh: true })(".ssh/authorized_keys")).toBeTypeOf("string");
    expect(leftOutOf({ includeSsh: true })(".ssh/id_ed25519")).toBeUndefined();
  });
});

describe("what is asked to be left out", () => {
  it.each([
    ["Videos", "Videos/a.mp4", true],
    ["Videos", "deep/Videos/a", true],
    ["Videos/", "Videos/a", true],
    ["./Videos", "Videos/a", true],
    ["*.iso", "deep/big.iso", true],
    ["*.iso", "big.iso.txt", false],
    ["a/b", "a/b/c", true],
    ["a/b", "x/a/b", false],
    ["a/*.txt", "a/x.txt", true],
    ["a/*.txt", "a/x/y.txt", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["*a*b*", "xxaxxbxx", true],
    [".", "a", false],
  ])('"%s" and %s: %s', (pattern, path, expected) => {
    expect(leftOutOf({ exclude: [pattern] })(path) !== undefined).toBe(expected);
  });

  it("takes no long time, whatever the pattern", () => {
    const leftOut = leftOutOf({ exclude: [`${"*a".repeat(90)}b`] });
    expect(leftOut("a".repeat(900))).toBeUndefined();
  });
});

it("names the files that look like credentials", () => {
  for (const path of [".netrc", ".env.local", ".aws/config", "x/server.pem", ".ssh/id_rsa"]) {
    expect(looksSecret(path), path).toBe(true);
  }
  for (const path of [".bashrc", ".ssh/id_rsa.pub", "environment.md", ".gitconfig"]) {
    expect(looksSecret(path), path).toBe(false);
  }
});
