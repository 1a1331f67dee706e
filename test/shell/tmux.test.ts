import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Shell } from "../../src/core/ports/shell.ts";
import { createLocalShell } from "../../src/shell/local.ts";
import { createTmux, type Tmux, type TmuxStatus } from "../../src/shell/tmux.ts";
import type { PaneState } from "../../src/shell/tmux-pane.ts";
import { temporaryDirectory } from "../temp-directory.ts";

const env = { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8" };
const limit = { timeoutMs: 10_000 };
const never = new AbortController().signal;
const soon = { timeout: 10_000, interval: 50 };

type Session = { tmux: Tmux; shell: Shell; directory: string };

function openSession(): Session {
  const directory = realpathSync(temporaryDirectory());
  const shell = createLocalShell({ env, cwd: directory });
  const tmux = createTmux(shell, { socket: join(directory, "sock") });
  onTestFinished(async () => {
    await tmux.stop(new AbortController().signal);
    await shell.close();
  });
  return { tmux, shell, directory };
}

async function startProgram(script: string): Promise<Session> {
  const session = openSession();
  await session.tmux.start({ argv: ["sh", "-c", script], cwd: session.directory }, never);
  return session;
}

/** Starts `cat` into a file and answers with a reader of that file. */
async function startRecorder(): Promise<Session & { recorded: () => string }> {
  const session = await startProgram("echo ready; cat > recorded");
  await expect.poll(() => screenOf(session.tmux), soon).toContain("ready");
  const path = join(session.directory, "recorded");
  return { ...session, recorded: () => (existsSync(path) ? readFileSync(path, "utf8") : "") };
}

function screenOf(tmux: Tmux, history = false): Promise<string> {
  return tmux.capture({ history, maxLength: 100_000 }, never);
}

async function aliveStatus(tmux: Tmux): Promise<TmuxStatus & { alive: true }> {
  const status = await tmux.status(never);
  if (!status.alive) throw new Error("The session is gone");
  return status;
}

describe("starting", () => {
  it("runs the program in its directory, in a terminal of 200 by 50", async () => {
    const { tmux, directory } = await startProgram("pwd; stty size; exec sleep 300");
    await expect.poll(() => screenOf(tmux), soon).toBe(`${directory}\n50 200`);
  });

  it("takes arguments as they are, and a directory that looks like a format", async () => {
    const session = openSession();
    const cwd = join(session.directory, "a;b #{pid} #(touch oops);");
    await session.shell.run(["mkdir", cwd], limit);
    const argv = ["sh", "-c", 'pwd; echo "[$1] [$2]"; exec sleep 300;', "sh", "a b;", "#{pid}"];
    await session.tmux.start({ argv, cwd }, never);
    await expect.poll(() => screenOf(session.tmux), soon).toBe(`${cwd}\n[a b;] [#{pid}]`);
    expect(existsSync(join(cwd, "oops"))).toBe(false);
  });

  it("refuses a second session", async () => {
    const { tmux, directory } = await startProgram("exec sleep 300");
    const again = tmux.start({ argv: ["true"], cwd: directory }, never);
    await expect(again).rejects.toThrow(/Cannot start the tmux session: duplicate session/);
  });

  it("outlives the shell that started it", async () => {
    const { tmux, directory } = openSession();
    const shell = createLocalShell({ env, cwd: directory });
    const starter = createTmux(shell, { socket: join(directory, "sock") });
    await starter.start({ argv: ["sleep", "300"], cwd: directory }, never);
    const { pid } = await aliveStatus(starter);
    await shell.close();
    expect(await aliveStatus(tmux)).toMatchObject({ paneDead: false, pid });
  });

  it("reads no settings of the user and leaves other servers alone", async () => {
    const session = openSession();
    const home = { HOME: session.directory, TMUX: `${session.directory}/other,1,0` };
    await session.shell.run(["sh", "-c", "echo 'set -g status on' >.tmux.conf"], limit);
    const shell = createLocalShell({ env: { ...env, ...home }, cwd: session.directory });
    const tmux = createTmux(shell, { socket: join(session.directory, "sock") });
    await tmux.start({ argv: ["sleep", "300"], cwd: session.directory }, never);
    const argv = ["tmux", "-S", join(session.directory, "sock"), "show-options", "-gv", "status"];
    const shown = await session.shell.run(argv, limit);
    expect(new TextDecoder().decode(shown.stdout)).toBe("off\n");
    expect(existsSync(join(session.directory, "other"))).toBe(false);
  });
});

describe("status", () => {
  it("is not alive without a server", async () => {
    const { tmux } = openSession();
    expect(await tmux.status(never)).toEqual({ alive: false });
  });

  it("is an error, not a missing session, when tmux cannot be asked", async () => {
    const { directory } = openSession();
    const shell = createLocalShell({ env: { PATH: directory }, cwd: directory });
    const tmux = createTmux(shell, { socket: join(directory, "sock") });
    await expect(tmux.status(never)).rejects.toThrow("env");
  });

  it("tells the exit code, or 128 plus the signal's number", async () => {
    const ended = await startProgram("exit 7");
    await expect.poll(() => ended.tmux.status(never), soon).toMatchObject({ exitCode: 7 });
    expect(await ended.tmux.status(never)).toMatchObject({ alive: true, paneDead: true });
    const killed = await startProgram("kill -9 $$");
    await expect.poll(() => killed.tmux.status(never), soon).toMatchObject({ exitCode: 137 });
  });

  it("tells the exit code even where tmux missed its child's end, as it often does here", async () => {
    for (let round = 0; round < 12; round += 1) {
      const { tmux } = await startProgram("stty raw -echo; printf ready; read -r key; exit 0");
      await expect.poll(() => screenOf(tmux), soon).toContain("ready");
      await tmux.press(["C-j"], never);
      let status = await aliveStatus(tmux);
      await expect
        .poll(async () => {
          status = await aliveStatus(tmux);
          return status.paneDead;
        }, soon)
        .toBe(true);
      expect(status).toMatchObject({ exitCode: 0 });
    }
  });

  it("knows the foreground program and whether it is the first one", async () => {
    const { tmux } = await startProgram("exec bash --norc -i");
    await expect.poll(() => tmux.status(never), soon).toMatchObject({ currentCommand: "bash" });
    const { pid } = await aliveStatus(tmux);
    await expect.poll(() => tmux.ownsTerminal(pid, never), soon).toBe(true);
    await tmux.send("sleep 299", never);
    await expect.poll(() => tmux.status(never), soon).toMatchObject({ currentCommand: "sleep" });
    expect(await tmux.ownsTerminal(pid, never)).toBe(false);
  });

  it("is not fooled by a program's name", async () => {
    const { tmux } = await startProgram(`exec bash -c 'exec -a "0,1,9
1,0,0" sleep 300'`);
    await expect
      .poll(async () => (await aliveStatus(tmux)).currentCommand, soon)
      .toContain("0,1,9");
    expect(await tmux.status(never)).toMatchObject({ paneDead: false });
  });
});

describe("sending text", () => {
  it.each([
    ["quotes and signs of the shell", `'"\\ $HOME \`id\` $(id) ; & | #{pid} #(id) %0 ~ !! {}`],
    ["unicode", "Grüße, 世界, 🚁👩‍👩‍👧, e\u0301, \u200fשלום"],
    ["tabs and many lines", "a\tb\n\n  c\nd"],
    ["a trailing newline", "line\n"],
    ["something like an option", "-t other"],
    ["nothing", ""],
    ["a semicolon at the end", "a;"],
  ])("delivers %s as it is, then Enter", async (_name, text) => {
    const { tmux, recorded } = await startRecorder();
    await tmux.send(text, never);
    await expect.poll(recorded, soon).toBe(`${text}\n`);
  });

  it("delivers 100 KB unchanged", async () => {
    const { tmux, recorded } = await startRecorder();
    const line = (index: number) => `${index} ${"äöü🚁 'quoted' ".repeat(6)}`;
    const text = Array.from({ length: 1_000 }, (_, index) => line(index)).join("\n");
    expect(Buffer.byteLength(text)).toBeGreaterThan(100_000);
    await tmux.send(text, never);
    await expect.poll(() => recorded().length, soon).toBe(text.length + 1);
    expect(recorded() === `${text}\n`).toBe(true);
  });

  it("removes control characters and escape sequences, and makes line ends newlines", async () => {
    const { tmux, recorded } = await startRecorder();
    const hostile =
      "a\u001b[201~b\u0003\u0004\u001a\u001c\u0000c\u009b201~d\u001b]0;title\u0007e\r\nf\rg\u007f";
    await tmux.send(hostile, never);
    await expect.poll(recorded, soon).toBe("abcde\nf\ng\n");
  });

  it("keeps the order of many, and each Enter", async () => {
    const { tmux, recorded } = await startRecorder();
    const texts = Array.from({ length: 30 }, (_, index) => `text ${index}`);
    for (const text of texts) await tmux.send(text, never);
    await expect.poll(recorded, soon).toBe(`${texts.join("\n")}\n`);
  });

  it("mixes none of many at once", async () => {
    const { tmux, recorded } = await startRecorder();
    const texts = Array.from({ length: 12 }, (_, index) => `${index} `.repeat(99));
    await Promise.all(texts.map((text) => tmux.send(text, new AbortController().signal)));
    await expect.poll(() => recorded().split("\n").length, soon).toBe(texts.length + 1);
    expect(recorded().replace(/\n$/, "").split("\n").toSorted()).toEqual(texts.toSorted());
  });

  it("brackets the paste, and not the Enter, for a program that asks for it", async () => {
    const session = await startProgram(
      "stty raw -echo; printf '\\033[?2004hready'; dd bs=1 count=16 of=recorded 2>/dev/null",
    );
    await expect.poll(() => screenOf(session.tmux), soon).toContain("ready");
    await session.tmux.send("a\nb", never);
    await expect.poll(() => session.tmux.status(never), soon).toMatchObject({ exitCode: 0 });
    const recorded = readFileSync(join(session.directory, "recorded"), "utf8");
    expect(recorded).toBe("\u001b[200~a\nb\u001b[201~\r");
  });

  it("presses keys", async () => {
    const { tmux } = await startRecorder();
    await tmux.press(["C-d"], never);
    await expect.poll(() => tmux.status(never), soon).toMatchObject({ exitCode: 0 });
  });

  it("fails without a session", async () => {
    const { tmux } = openSession();
    await expect(tmux.send("text", never)).rejects.toThrow("Cannot type into the tmux session");
  });
});

describe("capturing", () => {
  it("shows the screen, and with history what scrolled away", async () => {
    const { tmux } = await startProgram("seq 1 200; exec sleep 300");
    await expect.poll(() => screenOf(tmux), soon).toMatch(/^15\d\n(.*\n)+200$/);
    expect(await screenOf(tmux, true)).toMatch(/^1\n2\n(.*\n)+200$/);
  });

  it("gives a long line in one piece and nothing of a hostile program's signs", async () => {
    const long = "x".repeat(450);
    const { tmux } = await startProgram(
      `echo ${long}; printf 'a\\033[31mred\\033]0;t\\007\\033P1;q\\033\\\\\\033[2;2Hb\\016q\\017\\342\\200\\256c\\n\\033(0q\\033(B'; echo; echo end; exec sleep 300`,
    );
    await expect.poll(() => screenOf(tmux), soon).toContain("end");
    const screen = await screenOf(tmux);
    expect(screen).toMatch(/^[\P{Cc}\n]*$/u);
    expect(screen).not.toContain("\u202e");
    expect(await screenOf(tmux, true)).toContain("x".repeat(200));
  });

  it("keeps the end when there is more than it may hold", async () => {
    const { tmux } = await startProgram("seq 1 9000; exec sleep 300");
    await expect.poll(() => screenOf(tmux), soon).toContain("9000");
    const screen = await tmux.capture({ history: true, maxLength: 1_000 }, never);
    expect(screen).toHaveLength(1_000);
    expect(screen).toMatch(/^…[\d\n]+\n8999\n9000$/);
  });
});

describe("a program that has ended", () => {
  it("is typed nothing to, and its end stays known", async () => {
    const { tmux } = await startProgram("echo last words; exit 3");
    await expect.poll(() => aliveStatus(tmux), soon).toMatchObject({ paneDead: true });
    for (const type of [tmux.send, tmux.paste]) {
      await expect(type("anyone?", never)).rejects.toThrow("its program has ended");
    }
    await tmux.press(["Enter"], never);
    expect(await aliveStatus(tmux)).toMatchObject({ paneDead: true, exitCode: 3 });
    // What a program says last may be drawn after its end is known.
    await expect.poll(() => screenOf(tmux), soon).toBe("last words");
    expect(await tmux.size(never)).toEqual({ columns: 200, rows: 50 });
  });
});

describe("following", () => {
  function follow(tmux: Tmux) {
    const controller = new AbortController();
    const states: PaneState[] = [];
    const ended = tmux.follow((state) => states.push(state), controller.signal);
    onTestFinished(async () => {
      controller.abort();
      await ended;
    });
    return { states, ended, stop: () => controller.abort() };
  }

  it("reports the state at first, output, and the end with its exit code", async () => {
    const { tmux } = await startProgram("read line; echo heard; read line; exit 3");
    const { states } = follow(tmux);
    await expect.poll(() => states.length, soon).toBeGreaterThan(0);
    const before = states.length;
    expect(states.at(-1)).toMatchObject({ paneDead: false });
    await tmux.send("word", never);
    await expect.poll(() => states.length, soon).toBeGreaterThan(before);
    await tmux.send("", never);
    await expect.poll(() => states.at(-1), soon).toMatchObject({ paneDead: true });
    // tmux may miss how its child ended until it is asked to look.
    await expect.poll(() => tmux.status(never), soon).toMatchObject({ exitCode: 3 });
    await expect.poll(() => states.at(-1), soon).toMatchObject({ paneDead: true, exitCode: 3 });
  });

  it("reports a program that has ended before", async () => {
    const { tmux } = await startProgram("exit 4");
    await expect.poll(() => tmux.status(never), soon).toMatchObject({ exitCode: 4 });
    const { states } = follow(tmux);
    await expect.poll(() => states.at(-1), soon).toMatchObject({ paneDead: true, exitCode: 4 });
  });

  it("resolves when the session ends, when there is none, and on abort", async () => {
    const { tmux } = await startProgram("exec sleep 300");
    const first = follow(tmux);
    await expect.poll(() => first.states.length, soon).toBeGreaterThan(0);
    await tmux.stop(never);
    await first.ended;
    await follow(tmux).ended;
    const again = await startProgram("exec sleep 300");
    const second = follow(again.tmux);
    await expect.poll(() => second.states.length, soon).toBeGreaterThan(0);
    second.stop();
    await second.ended;
    expect(await again.tmux.status(never)).toMatchObject({ alive: true });
  });

  it("leaves the terminal's size and the directory as they were", async () => {
    const { tmux, shell } = await startProgram("exec sleep 300");
    const { states } = follow(tmux);
    await expect.poll(() => states.length, soon).toBeGreaterThan(0);
    const size = ["display-message", "-p", "-t", "%0", "#{pane_width}x#{pane_height}"];
    const { stdout } = await shell.run(["tmux", "-S", "sock", ...size], limit);
    expect(new TextDecoder().decode(stdout)).toBe("200x50\n");
    const files = await shell.run(["ls"], limit);
    expect(new TextDecoder().decode(files.stdout)).toBe("sock\n");
  });

  it("ends with the pane, and starts no server where there is none", async () => {
    const { tmux, shell } = await startProgram("exec sleep 300");
    const { states, ended } = follow(tmux);
    await expect.poll(() => states.length, soon).toBeGreaterThan(0);
    const { exitCode } = await shell.run(["tmux", "-S", "sock", "kill-pane", "-t", "%0"], limit);
    expect(exitCode).toBe(0);
    await ended;
    expect(await tmux.status(never)).toEqual({ alive: false });
    await tmux.stop(never);
    await follow(tmux).ended;
    expect((await shell.run(["tmux", "-S", "sock", "list-sessions"], limit)).exitCode).toBe(1);
  });

  it("reports nothing of panes that the program opens beside", async () => {
    const { tmux } = await startProgram("tmux split-window 'exit 9'; exec sleep 300");
    const { states } = follow(tmux);
    await expect.poll(() => states.length, soon).toBeGreaterThan(0);
    await tmux.send("x", never);
    await expect.poll(() => states.length, soon).toBeGreaterThan(1);
    expect(states.filter(({ paneDead }) => paneDead)).toEqual([]);
    expect(await tmux.status(never)).toMatchObject({ paneDead: false });
  });
});

describe("stopping", () => {
  it("ends the server and everything in the pane's session, by force if it has to", async () => {
    const { tmux, shell } = await startProgram(
      `trap "" TERM HUP; echo up; flock lock sleep 300 & exec bash --norc -ic 'flock lock2 sleep 300 & echo both; wait'`,
    );
    await expect.poll(() => screenOf(tmux), soon).toContain("both");
    await tmux.stop(never);
    for (const lock of ["lock", "lock2"]) {
      expect((await shell.run(["flock", "-n", lock, "true"], limit)).exitCode).toBe(0);
    }
    expect(await tmux.status(never)).toEqual({ alive: false });
  });

  it("may be repeated, and a new session started at once", async () => {
    const { tmux, directory } = await startProgram("exec sleep 300");
    for (let round = 0; round < 3; round += 1) {
      await tmux.stop(never);
      await tmux.stop(never);
      await tmux.start({ argv: ["sleep", "300"], cwd: directory }, never);
      expect(await tmux.status(never)).toMatchObject({ alive: true, paneDead: false });
    }
  });
});
