import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Machine, Provider } from "../../../src/core/ports/provider.ts";
import type { Shell } from "../../../src/core/ports/shell.ts";
import { createTmux } from "../../../src/shell/tmux.ts";
import { script } from "../../contracts/provider-contract.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { localHarness, makeMachine, realIsolation, signal } from "./local-harness.ts";

const secret = "the-hub-token-5b1f";

type Scene = {
  /** The hub's data directory. */
  data: string;
  directory: string;
  provider: Provider;
  machine: Machine;
  shell: Shell;
  /** What a script says when the agent's terminal runs it. */
  agent(text: string, ...args: string[]): Promise<string>;
};

/** A hub with a token, a database and machines in its data directory, and an agent at work. */
async function setScene(): Promise<Scene> {
  const data = temporaryDirectory();
  writeFileSync(join(data, "token"), secret, { mode: 0o644 });
  writeFileSync(join(data, "hub.sqlite"), secret, { mode: 0o644 });
  const { provider, directory } = localHarness(await realIsolation(), {
    directory: join(data, "machines"),
    visibility: { expose: [process.execPath] },
  });
  const machine = await makeMachine(provider);
  const shell = await provider.shell(machine.id, signal);
  return { data, directory, provider, machine, shell, agent: agentOn(provider, machine, shell) };
}

/** Runs scripts as the agent does: below a tmux server that the hub's command left behind. */
function agentOn(provider: Provider, machine: Machine, shell: Shell): Scene["agent"] {
  const { home, run } = provider.places(machine.id);
  return async (text, ...args) => {
    const tmux = createTmux(shell, { socket: `${run}/tmux.sock` });
    const body = `{ ${text}\n} >"$HOME/.said" 2>&1; mv "$HOME/.said" "$HOME/said"; exec sleep 86400`;
    await script(shell, 'rm -f "$HOME/said"');
    await tmux.start({ argv: ["sh", "-c", body, "sh", ...args], cwd: home }, signal);
    const said = await script(
      shell,
      'until [ -e "$HOME/said" ]; do sleep 0.01; done; cat "$HOME/said"',
    );
    await tmux.stop(signal);
    return said;
  };
}

async function listenAt(path: string): Promise<void> {
  const server = createServer((socket) => socket.end(secret));
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  onTestFinished(() => {
    server.close();
  });
}

function runOutside(argv: string[], env: Record<string, string> = {}): number {
  const [file = "", ...args] = argv;
  const child = spawn(file, args, { stdio: "ignore", env: { ...process.env, ...env } });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  // Set once it is spawned, and sleep is everywhere.
  return child.pid as number;
}

describe("an agent in a local thopter under bubblewrap", () => {
  it("cannot read the hub's token and database", async () => {
    const { data, agent } = await setScene();
    const said = await agent(
      'cat "$1/token" "$1/hub.sqlite"; ls "$1"; find / -xdev -name hub.sqlite -o -name token; grep -rs "$2" /home /run /tmp /var /etc; echo done',
      data,
      secret.slice(4),
    );
    expect(said).toContain("done");
    expect(said).not.toContain(secret);
    expect(said).not.toContain("hub.sqlite\n");
    expect(said.match(/No such file/g)).toHaveLength(3);
  });

  it("cannot see another thopter's files", async () => {
    const { provider, directory, agent } = await setScene();
    const other = await makeMachine(provider, "thopter-2");
    await script(await provider.shell(other.id, signal), 'echo "$1" >"$HOME/plan"', secret);
    const said = await agent(
      'ls "$1" "$1/$2/home" "$1/.."; cat "$1/$2/home/plan"; ls /home',
      directory,
      other.id,
    );
    expect(said).not.toContain(secret);
    expect(said).not.toContain("plan\n");
    expect(said.match(/^.*No such file.*$/gm)).toHaveLength(4);
    expect(said.split("\n").at(-1)).toBe("thopter");
  });

  it("sees, signals and inspects no process but its own", async () => {
    const { agent } = await setScene();
    const pid = runOutside(["sleep", "86399"], { HUB_TOKEN: secret });
    const said = await agent(
      'tr "\\0" " " </proc/[0-9]*/cmdline; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr "\\0" " "; kill -9 "$1"; cat "/proc/$1/environ" "/proc/$1/maps"; ls "/proc/$1/root/"',
      String(pid),
    );
    expect(said).not.toContain("86399");
    expect(said).not.toContain(secret);
    // Signal 0 asks whether it is still there.
    expect(process.kill(pid, 0)).toBe(true);
  });

  it("cannot read what the hub gives its own commands on the same machine, nor take over the first process", async () => {
    const { shell, agent } = await setScene();
    const command = shell.run(
      [
        "sh",
        "-c",
        'touch "$HOME/runs"; until [ -e "$HOME/over" ]; do sleep 0.01; done; echo "$GIT_TOKEN"',
      ],
      { timeoutMs: 15_000, env: { GIT_TOKEN: secret } },
    );
    await script(shell, 'until [ -e "$HOME/runs" ]; do sleep 0.01; done');
    const said = await agent(`
for process in /proc/[0-9]*; do
  [ "$process" = "/proc/$$" ] && continue
  tr "\\0" " " <"$process/cmdline"
  cat "$process/environ" 2>/dev/null | tr "\\0" " "
done
readlink /proc/1/root /proc/1/exe; ls /proc/1/root/ /proc/1/fd/; (echo >>/proc/1/mem); kill -9 1; touch "$HOME/over"`);
    const { stdout } = await command;
    expect(new TextDecoder().decode(stdout).trim()).toBe(secret);
    expect(said).toContain('touch "$HOME/runs"');
    expect(said).not.toContain(secret);
    expect(said).not.toMatch(/sleep$/m);
    expect(await script(shell, "echo alive")).toBe("alive");
  });

  it("cannot connect to the hub's sockets or to another thopter's tmux", async () => {
    const { data, directory, provider, agent } = await setScene();
    const hubSocket = join(data, "hub.sock");
    await listenAt(hubSocket);
    const other = await makeMachine(provider, "thopter-2");
    const places = provider.places(other.id);
    const socket = `${places.run}/other.sock`;
    await script(
      await provider.shell(other.id, signal),
      'tmux -S "$1" new-session -d "sleep 86400"',
      socket,
    );
    const outside = join(directory, other.id, "run", "other.sock");
    expect(existsSync(outside)).toBe(true);
    const connect = `
const { connect } = require("node:net");
for (const path of process.argv.slice(1)) {
  const socket = connect(path);
  socket.on("connect", () => console.log("connected to", path));
  socket.on("data", (data) => console.log(String(data)));
  socket.on("error", (error) => console.log(error.code));
}`;
    const said = await agent(
      'ln -s "$3" "$HOME/link"; "$1" -e "$2" "$3" "$4" "$5" "$HOME/link"; tmux -S "$4" list-sessions; tmux -S "$5" list-sessions',
      ...[process.execPath, connect, hubSocket, outside, socket],
    );
    expect(said.match(/^ENOENT$/gm)).toHaveLength(4);
    expect(said).not.toContain("connected");
    expect(said.match(/No such file or directory/g)).toHaveLength(2);
  });

  it("sees nothing of the user's and the system's private places", async () => {
    const { agent } = await setScene();
    const said = await agent(
      "cat /etc/shadow /etc/gshadow /etc/ssh/ssh_host_ed25519_key; ls -A /root /home /run /var /tmp /etc/ssl; cat /etc/passwd",
    );
    expect(said.match(/cat: .*No such file/g)).toHaveLength(3);
    expect(said).toMatch(/'\/root': No such file/);
    expect(said).toMatch(/^\/home:\nthopter$/m);
    expect(said).toMatch(/^\/run:\nthopter$/m);
    expect(said).toMatch(/^\/var:\nrun\ntmp$/m);
    expect(said).toMatch(/^\/tmp:\n$/m);
    expect(said).not.toContain("private");
    expect(said.match(/:x:/g)).toHaveLength(3);
  });

  it("can write its home, its sockets' place and its temporary files, and nothing else", async () => {
    const { agent } = await setScene();
    const said = await agent(
      'for place in / /usr /usr/bin /opt /etc /home /run /var /dev /proc/sys; do touch "$place/x" && echo "wrote $place"; done; find /proc/sys /proc/irq /proc/bus /proc/fs /proc/sysrq-trigger /proc/mtrr -type f -writable 2>/dev/null; for place in "$HOME" /run/thopter /tmp /var/tmp /dev/shm; do touch "$place/x" && echo "fine $place"; done',
    );
    expect(said).not.toContain("wrote");
    expect(said).not.toMatch(/^\/proc/m);
    expect(said.match(/^fine /gm)).toHaveLength(5);
  });

  it("has no privilege, and cannot make namespaces or mounts", async () => {
    const { agent } = await setScene();
    const said = await agent(
      'id -u; grep -E "^(Cap|NoNewPrivs)" /proc/self/status; unshare --user --map-root-user true || echo "no user"; unshare --mount true || echo "no mounts"; mount -t tmpfs none /tmp || echo "no mount"; mv /home /elsewhere || echo "no rename"; rmdir "$HOME" || echo "no removal"',
    );
    expect(said.split("\n")[0]).toBe("1000");
    expect(said.match(/^Cap\w+:\s0{16}$/gm)).toHaveLength(5);
    expect(said).toMatch(/NoNewPrivs:\s1/);
    for (const refusal of ["no user", "no mounts", "no mount", "no rename", "no removal"]) {
      expect(said.split("\n")).toContain(refusal);
    }
  });

  it("gets a clean environment", async () => {
    const { agent, shell } = await setScene();
    const names = (text: string): string[] =>
      text.split("\n").map((line) => line.split("=")[0] ?? "");
    const usual = ["HOME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TERM", "USER"];
    expect(names(await script(shell, "env")).toSorted()).toEqual(usual);
    const own = [
      "OLDPWD",
      "SHLVL",
      "TMUX",
      "TMUX_PANE",
      "TERM_PROGRAM",
      "TERM_PROGRAM_VERSION",
      "_",
    ];
    expect(names(await agent("env")).filter((name) => ![...usual, ...own].includes(name))).toEqual(
      [],
    );
  });

  it("is served only commands whose environment cannot reach the programs in front", async () => {
    const { shell } = await setScene();
    const run = shell.run(["true"], { timeoutMs: 5_000, env: { LD_PRELOAD: "/tmp/evil.so" } });
    await expect(run).rejects.toThrow(/"LD_PRELOAD" in its environment would reach outside/);
  });

  it("cannot make the hub read or remove what its symlinks point to", async () => {
    const { data, directory, provider, machine, shell, agent } = await setScene();
    const precious = join(data, "precious");
    mkdirSync(precious);
    writeFileSync(join(precious, "file"), secret);
    await agent(
      'ln -s "$1" "$HOME/file"; ln -s "$2" "$HOME/directory"; ln -s / "$HOME/root"',
      join(data, "token"),
      precious,
    );
    const home = join(directory, machine.id, "home");
    // As if the agent had found a way to make one from outside.
    symlinkSync(precious, join(home, "outside"));
    const target = temporaryDirectory();
    for (const name of ["file", "directory", "outside", "."]) {
      const got = shell.get(`${provider.places(machine.id).home}/${name}`, target, {
        timeoutMs: 10_000,
      });
      await expect(got).rejects.toThrow(/Cannot get/);
    }
    await provider.destroy(machine.id, signal);
    expect(readFileSync(join(precious, "file"), "utf8")).toBe(secret);
    expect(existsSync(join(data, "token"))).toBe(true);
  });

  it("stays hidden from what lies in a visible place: the hub's data below an exposed directory", async () => {
    const data = temporaryDirectory();
    writeFileSync(join(data, "tool"), "fine");
    mkdirSync(join(data, "hub"));
    writeFileSync(join(data, "hub", "token"), secret);
    const { provider } = localHarness(await realIsolation(), {
      directory: join(data, "machines"),
      visibility: { expose: [data], hidden: [join(data, "hub")] },
    });
    const machine = await makeMachine(provider);
    const shell = await provider.shell(machine.id, signal);
    expect(await script(shell, 'cat "$1/tool"; ls -A "$1/hub" "$1/machines"', data)).toBe(
      `fine${join(data, "hub")}:\n\n${join(data, "machines")}:`,
    );
  });
});
