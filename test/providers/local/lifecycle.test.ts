import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LocalIsolation } from "../../../src/providers/local/isolation.ts";
import { identify, sandboxed } from "../../../src/providers/local/processes.ts";
import { script } from "../../contracts/provider-contract.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { hubThatDies } from "./hub-that-dies.ts";
import { localHarness, makeMachine, noIsolation, realIsolation, signal } from "./local-harness.ts";
import { processesNaming } from "./processes-left.ts";

const kinds: [string, () => Promise<LocalIsolation>][] = [
  ["under bubblewrap", realIsolation],
  ["without isolation", async () => noIsolation()],
];

// Found again by its duration; each test has its own, for tests may run at the same time.
let nextNap = 70_000 + (process.pid % 1000) * 100;
const newNap = (): string => `sleep ${String((nextNap += 1))}`;

describe.each(kinds)("a local machine %s", (_, isolationOf) => {
  it("ends with all its daemons: own sessions, double forks, deaf to signals, below tmux", async () => {
    const { provider } = localHarness(await isolationOf());
    const machine = await makeMachine(provider);
    const shell = await provider.shell(machine.id, signal);
    const nap = newNap();
    const daemons = [
      `nohup ${nap}`,
      `setsid ${nap}`,
      `setsid sh -c "setsid ${nap} & exit"`,
      `sh -c 'trap "" TERM HUP INT; ${nap}'`,
      `tmux -S "$1/a" new-session -d "setsid ${nap}"`,
    ];
    const all = daemons.map((daemon) => `(${daemon} >/dev/null 2>&1 </dev/null &)`).join("\n");
    await script(shell, all, provider.places(machine.id).run);
    // The shells and tmux that start them have the words in their command lines, too.
    await expect.poll(() => processesNaming(nap), { timeout: 10_000 }).toBeGreaterThanOrEqual(5);
    await provider.destroy(machine.id, signal);
    expect(processesNaming(nap)).toBe(0);
  });

  it("has no process left once stop resolves", async () => {
    const { provider } = localHarness(await isolationOf());
    const machine = await makeMachine(provider);
    const nap = newNap();
    const shell = await provider.shell(machine.id, signal);
    await script(shell, `setsid ${nap} >/dev/null 2>&1 </dev/null &`);
    expect(processesNaming(nap)).toBe(1);
    await provider.stop(machine.id, signal);
    expect(processesNaming(nap)).toBe(0);
  });

  it("is ended by the next hub when its own was killed", async () => {
    const isolation = await isolationOf();
    const directory = join(temporaryDirectory(), "machines");
    const [daemon, command] = [newNap(), newNap()];
    const id = await hubThatDies(directory, isolation, {
      daemon: `setsid ${daemon} >/dev/null 2>&1 </dev/null &`,
      command: `${command} & echo started; wait`,
    });
    expect(processesNaming(daemon)).toBe(1);
    const { provider } = localHarness(isolation, { directory });
    expect(await provider.list("hub-1", signal)).toMatchObject([{ id, status: "running" }]);
    await provider.destroy(id, signal);
    expect([daemon, command].map(processesNaming)).toEqual([0, 0]);
    expect(readdirSync(directory).filter((name) => name.startsWith("local-"))).toEqual([]);
  });

  it("is ended by a hub that isolates otherwise", async () => {
    const { provider, directory } = localHarness(await isolationOf());
    const machine = await makeMachine(provider);
    const nap = newNap();
    const shell = await provider.shell(machine.id, signal);
    await script(shell, `setsid ${nap} >/dev/null 2>&1 </dev/null &`);
    expect(processesNaming(nap)).toBeGreaterThan(0);
    const other = isolationOf === realIsolation ? noIsolation() : await realIsolation();
    const later = localHarness(other, { directory });
    await later.provider.destroy(machine.id, signal);
    expect(processesNaming(nap)).toBe(0);
    expect(await provider.get(machine.id, signal)).toBeUndefined();
  });
});

describe("a local machine under bubblewrap", () => {
  it("keeps its daemons over the death of the hub, but no command that the hub had under way", async () => {
    const isolation = await realIsolation();
    const directory = join(temporaryDirectory(), "machines");
    const [daemon, command] = [newNap(), newNap()];
    const id = await hubThatDies(directory, isolation, {
      daemon: `setsid ${daemon} >/dev/null 2>&1 </dev/null &`,
      command: `sh -c '${command}' & echo started; wait`,
    });
    expect(processesNaming(command)).toBeGreaterThan(0);
    const { provider } = localHarness(isolation, { directory });
    const machine = await makeMachine(provider);
    expect(machine.id).toBe(id);
    const shell = await provider.shell(id, signal);
    const left = () => [daemon, command].map(processesNaming);
    await expect.poll(left, { timeout: 10_000 }).toEqual([1, 0]);
    // A second shell of the same hub leaves the first one's commands alone.
    const nap = newNap();
    const running = shell.run(["sh", "-c", `${nap} & wait`], { timeoutMs: 15_000 });
    await expect.poll(() => processesNaming(nap), { timeout: 10_000 }).toBeGreaterThan(0);
    await provider.shell(id, signal);
    expect(processesNaming(nap)).toBeGreaterThan(0);
    await Promise.all([provider.stop(id, signal), running.catch(() => undefined)]);
  });

  it("gets a new sandbox when its own was killed, and an old shell says what to do", async () => {
    const { provider, directory } = localHarness(await realIsolation());
    const machine = await makeMachine(provider);
    const shell = await provider.shell(machine.id, signal);
    const home = await identify(join(directory, machine.id, "home"));
    if (home === undefined) throw new Error("The machine has no home");
    for (const pid of await sandboxed(home)) process.kill(pid, "SIGKILL");
    await expect
      .poll(() => script(shell, "true").catch((error: unknown) => String(error)), {
        timeout: 10_000,
      })
      .toMatch(/its sandbox has ended. Ask for a new shell/);
    const next = await provider.shell(machine.id, signal);
    expect(await script(next, "echo alive")).toBe("alive");
  });

  it("ends with a sandbox that a hub was making when it died", async () => {
    const isolation = await realIsolation();
    if (isolation.mechanism === "none") throw new Error("There is no sandbox");
    const { provider, directory } = localHarness(isolation);
    const machine = await makeMachine(provider);
    const nap = newNap();
    const home = join(directory, machine.id, "home");
    // It waits for a word on its third channel before it mounts anything.
    const args = ["--unshare-user", "--info-fd", "2", "--userns-block-fd", "3"];
    args.push("--bind", home, "/home/thopter");
    const making = spawn(isolation.tools.bwrap, [...args, ...nap.split(" ")], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    await expect.poll(() => processesNaming(nap), { timeout: 10_000 }).toBe(2);
    await provider.destroy(machine.id, signal);
    expect(processesNaming(nap)).toBe(0);
    making.stdio[3]?.destroy();
  });

  it("leaves no zombies behind while it runs", async () => {
    const { provider } = localHarness(await realIsolation());
    const machine = await makeMachine(provider);
    const shell = await provider.shell(machine.id, signal);
    await script(shell, "for turn in 1 2 3 4 5; do (setsid true &); done");
    await expect
      .poll(() => script(shell, 'cat /proc/[0-9]*/stat | grep -c ") Z " || true'), {
        timeout: 10_000,
      })
      .toBe("0");
  });
});
