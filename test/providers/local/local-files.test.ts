import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileFailure } from "../../../src/providers/local/file-failure.ts";
import { script } from "../../contracts/provider-contract.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { localHarness, makeMachine, noIsolation, realIsolation, signal } from "./local-harness.ts";

const create = { name: "calm-otter", tags: { hub: "hub-1", thopter: "t", operation: "o" } };

describe("the directory of a local machine", () => {
  it("is removed whatever an agent made of it", async () => {
    const { provider, directory } = localHarness(await realIsolation());
    const machine = await makeMachine(provider);
    const shell = await provider.shell(machine.id, signal);
    await script(
      shell,
      `cd "$HOME"
mkdir -p locked/in/side && touch locked/in/side/file && chmod 0 locked/in/side/file locked/in/side locked/in locked
mkdir -- "-rf" && touch -- "$(printf 'new\\nline')" "$(printf '\\377\\376')" "-- *" " "
mkfifo pipe; ln -s . self; name=$(printf '%0200d' 0)
for depth in $(seq 60); do mkdir "$name" && cd "$name"; done; touch bottom; chmod 500 .; chmod 0 "$HOME"`,
    );
    await provider.destroy(machine.id, signal);
    expect(readdirSync(directory).toSorted()).toEqual([".new", ".trash"]);
    expect(readdirSync(join(directory, ".trash"))).toEqual([]);
  });

  it("belongs to the hub's user alone", async () => {
    const { provider, directory } = localHarness(noIsolation());
    const machine = await makeMachine(provider);
    const modes = [machine.id, `${machine.id}/home`, `${machine.id}/machine.json`].map(
      (name) => statSync(join(directory, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o700, 0o600]);
  });

  it("that a crash left half made or half removed is made or removed again", async () => {
    const { provider, directory } = localHarness(noIsolation());
    const machine = await makeMachine(provider);
    await provider.destroy(machine.id, signal);
    mkdirSync(join(directory, ".new", machine.id, "home"), { recursive: true });
    mkdirSync(join(directory, ".trash", machine.id, "home"), { recursive: true });
    expect(await provider.list("hub-1", signal)).toEqual([]);
    await makeMachine(provider);
    expect(readdirSync(join(directory, ".new"))).toEqual([]);
    await provider.destroy(machine.id, signal);
    expect(readdirSync(join(directory, ".trash"))).toEqual([]);
  });

  it("with a damaged record hides no other machine, says what is wrong, and can be destroyed", async () => {
    const { provider, directory } = localHarness(noIsolation());
    const damaged = await makeMachine(provider);
    const sound = await makeMachine(provider, "thopter-2");
    writeFileSync(join(directory, damaged.id, "machine.json"), "{");
    expect(await provider.list("hub-1", signal)).toEqual([sound]);
    await expect(provider.get(damaged.id, signal)).rejects.toThrow(/Cannot read the record/);
    await provider.destroy(damaged.id, signal);
    expect(existsSync(join(directory, damaged.id))).toBe(false);
  });

  it("is never one that an id leads to elsewhere", async () => {
    const { provider, directory } = localHarness(noIsolation());
    const machine = await makeMachine(provider);
    for (const id of ["", ".", "..", `../machines/${machine.id}`, `${machine.id}/home`, ".trash"]) {
      expect(await provider.get(id, signal)).toBeUndefined();
      await provider.stop(id, signal);
      await provider.destroy(id, signal);
      await expect(provider.shell(id, signal)).rejects.toMatchObject({ kind: "not_found" });
    }
    expect(existsSync(join(directory, machine.id, "home"))).toBe(true);
  });

  it("too deep for a socket's path keeps its sockets elsewhere, until it is destroyed", async () => {
    const directory = join(temporaryDirectory(), "a".repeat(120), "machines");
    const { provider } = localHarness(noIsolation(), { directory });
    const machine = await makeMachine(provider);
    const { run } = provider.places(machine.id);
    expect(Buffer.byteLength(run)).toBeLessThan(80);
    const shell = await provider.shell(machine.id, signal);
    await script(shell, 'tmux -S "$1/tmux.sock" new-session -d "sleep 86400"', run);
    await provider.destroy(machine.id, signal);
    expect(existsSync(run)).toBe(false);
  });
});

describe("a create that cannot be", () => {
  it("says that the directory cannot be made", async () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    const { provider } = localHarness(noIsolation(), { directory: join(file, "machines") });
    const creating = provider.create(create, signal);
    await expect(creating).rejects.toMatchObject({ kind: "permanent" });
    await expect(creating).rejects.toThrow(
      /a part of its path is a file. Choose another directory/,
    );
  });

  it("says that the disk is full, and may be tried again", async () => {
    const full = await open("/dev/full", "w");
    const error = await full.writeFile("x").catch((reason: unknown) => reason);
    await full.close();
    const failure = fileFailure('create machine "m"', "/data/machines", error);
    expect(failure).toMatchObject({ kind: "capacity", retryable: true, cause: error });
    expect(failure.message).toBe(
      'Cannot create machine "m" in "/data/machines": the disk is full. Free some space, then try again',
    );
  });
});
