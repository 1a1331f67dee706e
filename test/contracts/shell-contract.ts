import { lstatSync, readFileSync, readlinkSync, readdirSync } from "node:fs";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ProviderError } from "../../src/core/errors.ts";
import type { RunOptions, Shell } from "../../src/core/ports/shell.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { eventually } from "../eventually.ts";

export type ShellUnderTest = {
  shell: Shell;
  /** An empty directory on the shell's machine, and its working directory. */
  directory: string;
};

export type ShellContract = {
  /** Called within a test, which closes the shell; the directory is removed by whoever made it. */
  create: () => Promise<ShellUnderTest>;
  /** Whether an abort also ends children that went to a session of their own. */
  endsEscapees: boolean;
};

const limit = { timeoutMs: 15_000 };

/** What every shell does. Needs sh, tar, flock and setsid on the machine. */
export function describeShellContract(name: string, contract: ShellContract): void {
  async function open(): Promise<ShellUnderTest> {
    const made = await contract.create();
    onTestFinished(() => made.shell.close());
    return made;
  }

  describe(`${name}: running a program`, () => {
    it("hands over arguments as they are, without a command interpreter between", async () => {
      const { shell } = await open();
      const args = ["", "a b", "$HOME", "`id`", "'\"\\", "*", "-n", "ü🚁", "a\nb", ";"];
      const { stdout } = await shell.run(["printf", "%s\\0", ...args], limit);
      expect(text(stdout).split("\0").slice(0, -1)).toEqual(args);
    });

    it("moves bytes through stdin, stdout and stderr unchanged", async () => {
      const { shell } = await open();
      const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256);
      const copied = await shell.run(["cat"], { ...limit, stdin: bytes });
      expect(Buffer.compare(copied.stdout, bytes)).toBe(0);
      const complained = await shell.run(["sh", "-c", "cat >&2"], { ...limit, stdin: bytes });
      expect(Buffer.compare(complained.stderr, bytes)).toBe(0);
      expect(complained.stdout).toHaveLength(0);
    });

    it("gives a program that gets no stdin its end at once", async () => {
      const { shell } = await open();
      expect((await shell.run(["cat"], limit)).stdout).toHaveLength(0);
    });

    it("does not mind a program that leaves its stdin unread", async () => {
      const { shell } = await open();
      const run = await shell.run(["true"], { ...limit, stdin: "x".repeat(2_000_000) });
      expect(run.exitCode).toBe(0);
    });

    it("answers with the exit code, and with 128 plus the number of a signal", async () => {
      const { shell } = await open();
      expect((await sh(shell, "exit 7")).exitCode).toBe(7);
      expect((await sh(shell, "kill -9 $$")).exitCode).toBe(137);
    });

    it("runs in the directory and with the variables that it is told", async () => {
      const { shell, directory } = await open();
      await shell.run(["mkdir", "below"], limit);
      const told = { ...limit, cwd: join(directory, "below"), env: { COLOUR: "dark blue" } };
      expect(text((await sh(shell, 'echo "$COLOUR"; pwd', told)).stdout)).toBe(
        `dark blue\n${directory}/below\n`,
      );
      expect(text((await sh(shell, 'echo "$COLOUR"; pwd')).stdout)).toBe(`\n${directory}\n`);
    });

    it("says which program is missing", async () => {
      const { shell } = await open();
      // A sandbox or a remote login in front only knows it as a failure of its own.
      const words = await shell.run(["no-such-program"], limit).then(
        ({ exitCode, stderr }) => (exitCode === 0 ? "it ran" : text(stderr)),
        (error: unknown) => (error instanceof ProviderError ? error.message : "another error"),
      );
      expect(words).toContain("no-such-program");
    });

    it("passes output on as it comes and then keeps none", async () => {
      const { shell, directory } = await open();
      const seen: string[] = [];
      const running = sh(shell, `echo one; echo two >&2; ${waitFor("go")}; echo three`, {
        ...limit,
        onOutput: (chunk, stream) => seen.push(`${stream} ${text(chunk)}`),
      });
      await eventually(() => expect(seen.toSorted()).toEqual(["stderr two\n", "stdout one\n"]));
      await shell.run(["touch", join(directory, "go")], limit);
      const { exitCode, stdout, stderr } = await running;
      expect([exitCode, stdout.length, stderr.length]).toEqual([0, 0, 0]);
      expect(seen.at(-1)).toBe("stdout three\n");
    });

    it("runs many at once", async () => {
      const { shell } = await open();
      const runs = Array.from({ length: 8 }, (_, index) => sh(shell, `echo ${index}`));
      expect((await Promise.all(runs)).map(({ stdout }) => text(stdout))).toEqual(
        runs.map((_, index) => `${index}\n`),
      );
    });
  });

  describe(`${name}: ending a program early`, () => {
    // A lock on a file ends with the last process that holds it, and is seen from everywhere.
    const hold = `flock "$PWD/lock" sh -c 'echo held; exec sleep 300'`;
    const family = `${hold} & wait`;

    async function expectEnd(
      under: ShellUnderTest,
      { script, options }: { script: string; options: (held: () => void) => RunOptions },
    ): Promise<ProviderError> {
      let tellHeld: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        tellHeld = resolve;
      });
      const run = sh(under.shell, script, options(tellHeld)).catch((error: unknown) => error);
      await held;
      const error = await run;
      if (!(error instanceof ProviderError))
        throw new Error("It should have failed", { cause: error });
      return error;
    }

    async function isLocked({ shell }: ShellUnderTest): Promise<boolean> {
      return (await shell.run(["flock", "-n", "lock", "true"], limit)).exitCode !== 0;
    }

    it("on abort rejects once the program and its children have ended", async () => {
      const under = await open();
      const controller = new AbortController();
      const error = await expectEnd(under, {
        script: family,
        options: (held) => ({
          ...limit,
          signal: controller.signal,
          onOutput: () => {
            held();
            controller.abort(new Error("not wanted any more"));
          },
        }),
      });
      expect(await isLocked(under)).toBe(false);
      expect(error.message).toContain("aborted");
      expect(error.cause).toMatchObject({ message: "not wanted any more" });
    });

    it("kills a child that does not listen", async () => {
      const under = await open();
      const controller = new AbortController();
      await expectEnd(under, {
        script: `trap "" TERM; ${family}`,
        options: (held) => ({
          ...limit,
          signal: controller.signal,
          onOutput: () => {
            held();
            controller.abort();
          },
        }),
      });
      expect(await isLocked(under)).toBe(false);
    });

    it("ends what takes longer than its limit", async () => {
      const under = await open();
      const error = await expectEnd(under, {
        script: family,
        options: (held) => ({ timeoutMs: 700, onOutput: held }),
      });
      expect(await isLocked(under)).toBe(false);
      expect(error.message).toContain("700 ms");
      expect(error.kind).toBe("transient");
    });

    it("ends what says too much", async () => {
      const under = await open();
      const script = `flock lock sh -c 'echo held; exec yes' & wait`;
      const error = await expectEnd(under, {
        script,
        options: (held) => ({ ...limit, maxOutputBytes: 100_000, onOutput: held }),
      });
      expect(await isLocked(under)).toBe(false);
      expect(error.message).toContain("more than 100000 bytes to stdout");
      expect(error.kind).toBe("permanent");
    });

    it("keeps output up to the limit, to the byte", async () => {
      const { shell } = await open();
      const options = { ...limit, maxOutputBytes: 5 };
      expect(text((await sh(shell, "printf 12345", options)).stdout)).toBe("12345");
      await expect(sh(shell, "printf 123456", options)).rejects.toThrow(ProviderError);
      await expect(sh(shell, "printf 123456 >&2", options)).rejects.toThrow("stderr");
    });

    it("ends a program whose output nobody can take", async () => {
      const under = await open();
      const run = sh(under.shell, family, {
        ...limit,
        onOutput: () => {
          throw new Error("no room");
        },
      });
      await expect(run).rejects.toThrow("no room");
      expect(await isLocked(under)).toBe(false);
    });

    it("starts nothing for a signal that has aborted", async () => {
      const { shell, directory } = await open();
      const signal = AbortSignal.abort();
      await expect(shell.run(["touch", "made"], { ...limit, signal })).rejects.toThrow(
        ProviderError,
      );
      const { stdout } = await shell.run(["ls", "-A", directory], limit);
      expect(text(stdout)).toBe("");
    });

    it("on close ends what runs and starts nothing more", async () => {
      const under = await open();
      const other = await open();
      let closed: Promise<void> | undefined;
      const error = await expectEnd(under, {
        script: `echo $PWD; ${family.replace("$PWD/lock", join(other.directory, "lock"))}`,
        options: (held) => ({
          ...limit,
          onOutput: (chunk) => {
            if (!text(chunk).includes("held")) return;
            held();
            closed = under.shell.close();
          },
        }),
      });
      await closed;
      expect(error).toBeInstanceOf(ProviderError);
      expect(await isLocked(other)).toBe(false);
      await expect(under.shell.run(["true"], limit)).rejects.toThrow("closed");
    });

    // Without a PID namespace nobody finds them.
    const escapees = contract.endsEscapees ? ["setsid"] : [];
    it.each(escapees)("ends even a child that %s put into a session of its own", async (escape) => {
      const under = await open();
      const controller = new AbortController();
      await expectEnd(under, {
        script: `${escape} ${hold} </dev/null & wait; sleep 300`,
        options: (held) => ({
          ...limit,
          signal: controller.signal,
          onOutput: () => {
            held();
            controller.abort();
          },
        }),
      });
      expect(await isLocked(under)).toBe(false);
    });
  });

  describe(`${name}: moving files`, () => {
    async function makeTree(): Promise<string> {
      const source = temporaryDirectory();
      await mkdir(join(source, "deep/er"), { recursive: true });
      await writeFile(join(source, ".hidden"), "dot");
      await writeFile(join(source, "deep/er/script.sh"), "#!/bin/sh\n");
      await writeFile(join(source, "-dash ü🚁\n"), Uint8Array.from([0, 255, 10, 13]));
      await writeFile(join(source, "locked"), "secret");
      await chmod(join(source, "deep/er/script.sh"), 0o755);
      await chmod(join(source, "locked"), 0o400);
      await symlink("../.hidden", join(source, "deep/link"));
      await chmod(join(source, "deep/er"), 0o750);
      return source;
    }

    it("brings a directory there and back with names, modes, dotfiles and links", async () => {
      const { shell, directory } = await open();
      const source = await makeTree();
      await shell.put(source, join(directory, "to/here"), limit);
      const target = join(temporaryDirectory(), "new");
      await shell.get(join(directory, "to/here"), target, limit);
      expect(listing(target)).toEqual(listing(source));
      expect(listing(target)).toHaveLength(7);
    });

    it("brings one file there and back", async () => {
      const { shell, directory } = await open();
      const source = temporaryDirectory();
      await writeFile(join(source, "one"), "1");
      await writeFile(join(source, "two"), "2");
      await shell.put(join(source, "one"), directory, limit);
      expect(text((await shell.run(["ls", "-A"], limit)).stdout)).toBe("one\n");
      const target = temporaryDirectory();
      await shell.get(join(directory, "one"), target, limit);
      expect(listing(target)).toEqual([expect.stringMatching(/^one 644 1$/)]);
    });

    it("adds to what is there, replaces files and keeps the rest", async () => {
      const { shell, directory } = await open();
      await shell.put(await makeTree(), directory, limit);
      const target = temporaryDirectory();
      await mkdir(join(target, "deep"));
      await writeFile(join(target, "deep/mine"), "mine");
      await writeFile(join(target, ".hidden"), "old");
      await shell.get(directory, target, limit);
      expect(listing(target)).toEqual(
        expect.arrayContaining([".hidden 644 dot", "deep/mine 644 mine", "locked 400 secret"]),
      );
    });

    it("puts and gets an empty directory", async () => {
      const { shell, directory } = await open();
      await shell.put(temporaryDirectory(), join(directory, "empty"), limit);
      const target = temporaryDirectory();
      await shell.get(join(directory, "empty"), target, limit);
      expect(readdirSync(target)).toEqual([]);
    });

    it("leaves nothing here of what is larger than its bound", async () => {
      const { shell, directory } = await open();
      await sh(shell, "head -c 300000 /dev/zero >large");
      const target = temporaryDirectory();
      const got = shell.get(directory, target, { ...limit, maxBytes: 200_000 });
      await expect(got).rejects.toThrow("larger than 200000 bytes");
      expect(readdirSync(target)).toEqual([]);
    });

    it("refuses links that lead out, and devices", async () => {
      const { shell, directory } = await open();
      const target = temporaryDirectory();
      for (const make of ["ln -s /etc/passwd a", "ln -s ../../x a", "ln -s . b; ln -s b/.. a"]) {
        await sh(shell, `rm -rf tree; mkdir tree; cd tree; echo fine >fine; ${make}`);
        await expect(shell.get(join(directory, "tree"), target, limit)).rejects.toThrow(
          "leads out",
        );
      }
      await sh(shell, "rm -rf tree; mkdir tree; mkfifo tree/pipe");
      await expect(shell.get(join(directory, "tree"), target, limit)).rejects.toThrow("neither");
      expect(readdirSync(target)).toEqual([]);
    });

    it("says what is missing, here and there", async () => {
      const { shell, directory } = await open();
      const nothing = join(temporaryDirectory(), "nothing");
      await expect(shell.put(nothing, directory, limit)).rejects.toThrow(/Cannot put.*nothing/);
      const got = shell.get(join(directory, "nothing"), temporaryDirectory(), limit);
      await expect(got).rejects.toThrow(/Cannot get.*nothing/);
    });

    it("stops when it is aborted", async () => {
      const { shell, directory } = await open();
      const options = { ...limit, signal: AbortSignal.abort() };
      const target = temporaryDirectory();
      await expect(shell.put(target, directory, options)).rejects.toThrow(ProviderError);
      await expect(shell.get(directory, target, options)).rejects.toThrow(ProviderError);
    });
  });
}

function sh(shell: Shell, script: string, options: RunOptions = limit) {
  return shell.run(["sh", "-c", script], options);
}

function waitFor(file: string): string {
  return `while [ ! -e ${file} ]; do sleep 0.02; done`;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Each entry as "path mode content". */
function listing(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .toSorted()
    .map((path) => {
      const full = join(root, path);
      const entry = lstatSync(full);
      if (entry.isSymbolicLink()) return `${path} -> ${readlinkSync(full)}`;
      const mode = (entry.mode & 0o7777).toString(8);
      return `${path} ${mode} ${entry.isDirectory() ? "directory" : readFileSync(full, "latin1")}`;
    });
}
