import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { limit, openShell, sh, text } from "./ssh-fixture.ts";
import { startSshd } from "./sshd.ts";

describe("a command line over SSH", () => {
  /** Every byte that UTF-8 has, as often as it can. */
  const everyByte = Array.from({ length: 0x7ff }, (_, code) => String.fromCodePoint(code + 1));
  const everything = `${everyByte.join("")}\u{10ffff}\u{fffff}\u{50000}`;

  it("takes any text for an argument, a variable and the directory", async () => {
    const { shell, directory } = openShell(await startSshd());
    const cwd = join(directory, everything.slice(0, 100).replaceAll("/", ""));
    mkdirSync(cwd);
    const argv = ["sh", "-c", 'printf "%s\\0" "$PWD" "$VALUE" "$@"', "sh", everything, "", "-n"];
    const { stdout } = await shell.run(argv, { ...limit, cwd, env: { VALUE: everything } });
    expect(text(stdout).split("\0")).toEqual([cwd, everything, everything, "", "-n", ""]);
  });

  it("takes any list of arguments as it is", async () => {
    const { shell } = openShell(await startSshd());
    const char = fc.constantFrom(...Array.from(`'"\\\n\r\t $\`!*?[]{}()<>|&;#~=%-+^:,.@aü🚁`));
    const argument = fc.string({ unit: fc.oneof(char, fc.string({ unit: "binary" })) });
    const list = fc.array(
      argument.filter((each) => !/[\0\p{Surrogate}]/u.test(each)),
      { minLength: 1 },
    );
    await fc.assert(
      fc.asyncProperty(list, async (args) => {
        const { stdout } = await shell.run(["printf", "%s\\0", ...args], limit);
        expect(text(stdout).split("\0").slice(0, -1)).toEqual(args);
      }),
      { numRuns: 40 },
    );
  });

  it("takes a long argument and many", async () => {
    const { shell } = openShell(await startSshd());
    const args = ["x".repeat(100_000), ...Array.from({ length: 2_000 }, (_, at) => `${at}`)];
    const { stdout } = await shell.run(["printf", "%s\\0", ...args], limit);
    expect(text(stdout).split("\0").slice(0, -1)).toEqual(args);
  });

  it("refuses what no command line can hold", async () => {
    const { shell } = openShell(await startSshd());
    const runs = [
      shell.run(["echo", "a\0b"], limit),
      shell.run(["true"], { ...limit, env: { A: "a\0b" } }),
      shell.run(["true"], { ...limit, env: { "A;touch made": "1" } }),
      shell.run([], limit),
    ];
    for (const run of runs) await expect(run).rejects.toThrow(/^Cannot start "/);
  });

  it("says which directory or program is missing", async () => {
    const { shell, directory } = openShell(await startSshd());
    const nowhere = { ...limit, cwd: `${directory}/nowhere` };
    await expect(shell.run(["true"], nowhere)).rejects.toThrow(
      `Cannot start "true": its directory "${directory}/nowhere" does not exist`,
    );
    await expect(shell.run(["nothing-here"], limit)).rejects.toThrow(
      'Cannot start "nothing-here": there is no such program',
    );
  });

  it("shows programs no variable but the login's and its own", async () => {
    const { shell } = openShell(await startSshd());
    const { stdout } = await shell.run(["env"], { ...limit, env: { MINE: "1", line: "2" } });
    const names = text(stdout)
      .trim()
      .split("\n")
      .map((pair) => pair.slice(0, pair.indexOf("=")));
    const login = ["HOME", "LOGNAME", "PATH", "PWD", "SHELL", "USER"];
    expect(names.toSorted()).toEqual([...login, "LANG", "MINE", "THOPTER_RUN", "line"].toSorted());
  });

  it("never shows a variable's value to who lists the processes", async () => {
    const { shell, directory } = openShell(await startSshd());
    const secret = randomBytes(16).toString("hex");
    const seen = new Set<string>();
    let looks = 0;
    let running = true;
    const runs = Array.from({ length: 5 }, () =>
      sh(shell, `test "$SECRET" = "$(cat expected)" && sleep 0.2`, {
        ...limit,
        env: { SECRET: secret },
      }),
    );
    writeFileSync(join(directory, "expected"), secret);
    const all = Promise.all(runs).finally(() => {
      running = false;
    });
    while (running) {
      for (const line of commandLines()) seen.add(line);
      looks += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await all).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
    expect(looks).toBeGreaterThan(10);
    const lines = [...seen];
    expect(lines.some((line) => line.includes("cat expected"))).toBe(true);
    expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  });

  it("tells signals", async () => {
    const { shell } = openShell(await startSshd());
    expect((await sh(shell, "kill -TERM $$")).exitCode).toBe(143);
    // The protocol has no name for it.
    expect((await sh(shell, "kill -BUS $$")).exitCode).toBe(128);
  });
});

function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        // It ended while this looked.
        return "";
      }
    });
}

describe("a login shell that speaks for itself", () => {
  const through = (script: string) => [
    `ForceCommand ${script.replaceAll('"', '\\"')}; exec sh -c "$SSH_ORIGINAL_COMMAND"`,
  ];

  it("adds nothing to what a command says", async () => {
    const server = await startSshd(through("echo hello; echo careful >&2; printf unended"));
    const { shell, directory } = openShell(server);
    const { stdout, stderr } = await sh(shell, "printf out; printf err >&2");
    expect([text(stdout), text(stderr)]).toEqual(["out", "err"]);
    writeFileSync(join(directory, "file"), "content");
    await shell.get("file", join(directory, "copy"), limit);
    expect(readFileSync(join(directory, "copy/file"), "utf8")).toBe("content");
  });

  it("is quoted when it starts nothing", async () => {
    const { shell } = openShell(await startSshd(["ForceCommand echo 'go away' >&2; exit 3"]));
    const run = shell.run(["true"], limit);
    await expect(run).rejects.toThrow(
      'Cannot start "true": the login shell ended with 3 before it: go away',
    );
  });

  it("is stopped when it never comes to an end", async () => {
    const { shell } = openShell(await startSshd(through("yes")), { limits: { endMs: 300 } });
    const run = shell.run(["true"], limit);
    await expect(run).rejects.toThrow("the login shell says too much");
  });
});
