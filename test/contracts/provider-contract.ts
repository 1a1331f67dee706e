import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Machine, MachineTags, Provider } from "../../src/core/ports/provider.ts";
import type { Shell } from "../../src/core/ports/shell.ts";

export type ProviderHarness = {
  provider: Provider;
  /** The same machines seen by a hub that has just started. */
  reopen(): Provider;
};

const timeoutMs = 15_000;
const signal = new AbortController().signal;
const tagsOf = (thopter: string, hub = "hub-1"): MachineTags => ({
  hub,
  thopter,
  operation: `operation-of-${thopter}`,
});

/** Runs a script on a machine; its arguments are $1, $2 and so on. */
export async function script(shell: Shell, text: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await shell.run(["sh", "-c", text, "sh", ...args], {
    timeoutMs,
  });
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  if (exitCode !== 0) throw new Error(`The script ended with ${exitCode}: ${decode(stderr)}`);
  return decode(stdout).trim();
}

/** Leaves a process behind that holds a lock until it ends: in a session of its own, its parents gone. */
const startDaemon = `
(setsid nohup sh -c 'exec 9>"$HOME/lock"; flock 9; echo held >"$HOME/held"; exec sleep 86400' >/dev/null 2>&1 </dev/null &)
until [ -s "$HOME/held" ]; do sleep 0.01; done`;

const daemonLives = `if flock --nonblock "$HOME/lock" true; then echo no; else echo yes; fi`;

/** What every provider promises. */
export function testProviderContract(
  name: string,
  createHarness: () => ProviderHarness | Promise<ProviderHarness>,
): void {
  async function setUp(thopter = "thopter-1"): Promise<ProviderHarness & { machine: Machine }> {
    const harness = await createHarness();
    const machine = await createOn(harness.provider, tagsOf(thopter));
    return { ...harness, machine };
  }

  async function createOn(provider: Provider, tags: MachineTags): Promise<Machine> {
    const machine = await provider.create({ name: "swift-heron", tags }, signal);
    onTestFinished(() => provider.destroy(machine.id, signal));
    // A create may answer while the machine boots.
    return vi.waitFor(async () => {
      const found = await provider.get(machine.id, signal);
      if (found?.status !== "running") throw new Error("it does not run yet");
      return found;
    }, timeoutMs);
  }

  describe(`${name}: a machine that exists`, () => {
    it("is answered by get and list, with its name and tags", async () => {
      const { provider, machine } = await setUp();
      expect(machine).toMatchObject({ name: "swift-heron", tags: tagsOf("thopter-1") });
      expect(await provider.get(machine.id, signal)).toEqual(machine);
      expect(await provider.list("hub-1", signal)).toEqual([machine]);
    });

    it("is adopted by a second create, even for another operation", async () => {
      const { provider, machine } = await setUp();
      const tags = { ...tagsOf("thopter-1"), operation: "a later one" };
      const again = await provider.create({ name: "swift-heron", tags }, signal);
      expect(again.id).toBe(machine.id);
      expect(await provider.list("hub-1", signal)).toHaveLength(1);
    });

    it("is made once by creates at the same time", async () => {
      const { provider } = await createHarness();
      const made = await Promise.all([1, 2, 3].map(() => createOn(provider, tagsOf("thopter-1"))));
      expect(new Set(made.map(({ id }) => id)).size).toBe(1);
      expect(await provider.list("hub-1", signal)).toHaveLength(1);
    });

    it("is there for a hub that starts again, with all that runs on it", async () => {
      const { provider, machine, reopen } = await setUp();
      await script(await provider.shell(machine.id, signal), startDaemon);
      const later = reopen();
      // Another reader may be a moment behind.
      await expect
        .poll(() => later.list("hub-1", signal), { timeout: timeoutMs })
        .toEqual([machine]);
      const shell = await later.shell(machine.id, signal);
      expect(await script(shell, daemonLives)).toBe("yes");
      await later.destroy(machine.id, signal);
      expect(await later.get(machine.id, signal)).toBeUndefined();
    });

    it("has a home and a place for sockets that its commands can write", async () => {
      const { provider, machine } = await setUp();
      const { home, run } = provider.places(machine.id);
      const shell = await provider.shell(machine.id, signal);
      expect(await script(shell, 'pwd; echo "$HOME"')).toBe(`${home}\n${home}`);
      await script(shell, 'touch "$1/a" "$2/b"', home, run);
      await script(shell, 'tmux -S "$1/tmux.sock" new-session -d "sleep 86400"', run);
      expect(await script(shell, 'tmux -S "$1/tmux.sock" list-sessions', run)).toContain("0:");
    });

    it("shows its processes to all its commands", async () => {
      const { provider, machine } = await setUp();
      const shell = await provider.shell(machine.id, signal);
      const pid = await script(shell, "sleep 86400 >/dev/null 2>&1 & echo $!");
      expect(await script(shell, 'tr "\\0" " " <"/proc/$1/cmdline"', pid)).toBe("sleep 86400");
    });

    it("does not share its files with another", async () => {
      const { provider, machine } = await setUp();
      const other = await createOn(provider, tagsOf("thopter-2"));
      await script(await provider.shell(machine.id, signal), 'echo secret >"$HOME/mine"');
      const shell = await provider.shell(other.id, signal);
      expect(other.id).not.toBe(machine.id);
      expect(await script(shell, 'ls "$HOME"')).toBe("");
    });
  });

  describe(`${name}: stop and start`, () => {
    it("stop ends all that runs, a daemon included, and keeps the files", async () => {
      const { provider, machine } = await setUp();
      const shell = await provider.shell(machine.id, signal);
      await script(shell, startDaemon);
      expect(await script(shell, daemonLives)).toBe("yes");
      await provider.stop(machine.id, signal);
      expect(await provider.get(machine.id, signal)).toMatchObject({ status: "stopped" });
      await provider.start(machine.id, signal);
      const later = await provider.shell(machine.id, signal);
      expect(await script(later, 'cat "$HOME/held"')).toBe("held");
      expect(await script(later, daemonLives)).toBe("no");
    });

    it("start after stop gives a machine that works", async () => {
      const { provider, machine } = await setUp();
      const { run } = provider.places(machine.id);
      await provider.stop(machine.id, signal);
      await provider.start(machine.id, signal);
      expect(await provider.get(machine.id, signal)).toMatchObject({ status: "running" });
      const shell = await provider.shell(machine.id, signal);
      await script(shell, 'test -d "$1" && test -w "$1"', run);
    });

    it("may both be asked again", async () => {
      const { provider, machine } = await setUp();
      await provider.start(machine.id, signal);
      await provider.stop(machine.id, signal);
      await provider.stop(machine.id, signal);
      await provider.start(machine.id, signal);
      await provider.start(machine.id, signal);
      expect(await provider.get(machine.id, signal)).toMatchObject({ status: "running" });
    });

    it("a stopped machine gives no shell, and says so", async () => {
      const { provider, machine } = await setUp();
      await provider.stop(machine.id, signal);
      await expect(provider.shell(machine.id, signal)).rejects.toThrow(/stopped/);
    });

    it("stop ends a command under way", async () => {
      const { provider, machine } = await setUp();
      const shell = await provider.shell(machine.id, signal);
      let words = "";
      const command = shell.run(["sh", "-c", "echo started; sleep 86400"], {
        timeoutMs,
        onOutput: (chunk) => (words += new TextDecoder().decode(chunk)),
      });
      const outcome = command.then(
        ({ exitCode }) => exitCode,
        () => "refused",
      );
      await vi.waitFor(() => expect(words).toBe("started\n"), timeoutMs);
      await provider.stop(machine.id, signal);
      expect(await outcome).not.toBe(0);
    });
  });

  describe(`${name}: destroy`, () => {
    it("leaves nothing of a machine: gone is gone", async () => {
      const { provider, machine } = await setUp();
      await script(await provider.shell(machine.id, signal), startDaemon);
      await provider.destroy(machine.id, signal);
      expect(await provider.get(machine.id, signal)).toBeUndefined();
      expect(await provider.list("hub-1", signal)).toEqual([]);
      const notFound = { kind: "not_found" };
      await expect(provider.shell(machine.id, signal)).rejects.toMatchObject(notFound);
      await expect(provider.start(machine.id, signal)).rejects.toMatchObject(notFound);
      await provider.stop(machine.id, signal);
    });

    it("may be asked many times, at the same time and of what never was", async () => {
      const { provider, machine } = await setUp();
      await Promise.all([1, 2, 3, 4].map(() => provider.destroy(machine.id, signal)));
      await provider.destroy(machine.id, signal);
      expect(await provider.get(machine.id, signal)).toBeUndefined();
      await provider.destroy("no-machine-has-this-id", signal);
      expect(await provider.get("no-machine-has-this-id", signal)).toBeUndefined();
    });

    it("takes a stopped machine as well", async () => {
      const { provider, machine } = await setUp();
      await provider.stop(machine.id, signal);
      await provider.destroy(machine.id, signal);
      expect(await provider.list("hub-1", signal)).toEqual([]);
    });

    it("never touches another machine of this hub or of another one", async () => {
      const { provider, machine } = await setUp();
      const sibling = await createOn(provider, tagsOf("thopter-2"));
      const stranger = await createOn(provider, tagsOf("thopter-1", "hub-2"));
      const shell = await provider.shell(stranger.id, signal);
      await script(shell, startDaemon);
      await provider.destroy(machine.id, signal);
      expect(await provider.list("hub-1", signal)).toEqual([sibling]);
      expect(await provider.list("hub-2", signal)).toEqual([stranger]);
      expect(await script(shell, daemonLives)).toBe("yes");
    });

    it("makes room for a new machine with the same tags, which holds nothing of the old one", async () => {
      const { provider, machine } = await setUp();
      await script(await provider.shell(machine.id, signal), 'echo old >"$HOME/file"');
      await provider.destroy(machine.id, signal);
      const next = await createOn(provider, tagsOf("thopter-1"));
      expect(await script(await provider.shell(next.id, signal), 'ls -A "$HOME"')).toBe("");
    });
  });

  it(`${name}: an aborted call does nothing`, async () => {
    const { provider, machine } = await setUp();
    const aborted = AbortSignal.abort(new Error("changed my mind"));
    await expect(provider.destroy(machine.id, aborted)).rejects.toThrow("changed my mind");
    await expect(
      provider.create({ name: "calm-otter", tags: tagsOf("thopter-2") }, aborted),
    ).rejects.toThrow("changed my mind");
    expect(await provider.list("hub-1", signal)).toEqual([machine]);
  });
}
