import { execFile } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../temp-directory.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

type Ended = { code: number; stdout: string; stderr: string };

export type Checkout = {
  path: (name: string) => string;
  write: (name: string, text: string) => void;
  /** Puts a program in front of all others on the PATH. */
  program: (name: string, script: string) => void;
  /** Runs a program of the checkout; on the PATH are only the given programs and the shell's own. */
  run: (name: string, ...args: string[]) => Promise<Ended>;
};

// What the scripts themselves are written with.
const shellPrograms =
  "cat cksum dirname env find head id mkdir mktemp mv rm sh touch true uname".split(" ");

/** A small checkout that is set up, but for dist: one source, one package of the lock file. */
export function createCheckout(): Checkout {
  const root = temporaryDirectory();
  const path = (name: string): string => join(root, name);
  const write = (name: string, text: string): void => {
    mkdirSync(join(path(name), ".."), { recursive: true });
    writeFileSync(path(name), text);
  };
  const program = (name: string, script: string): void => {
    write(`programs/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(path(`programs/${name}`), 0o755);
  };
  const run = (name: string, ...args: string[]): Promise<Ended> =>
    runProgram(path(name), args, `${path("programs")}:${path("shell-programs")}`);

  cpSync(join(repository, "bin"), path("bin"), { recursive: true });
  write("package.json", JSON.stringify({ type: "module" }));
  write("tsconfig.json", JSON.stringify(compilerOptions));
  write("src/main.ts", mainSource);
  write("package-lock.json", lockFile("1.0.0"));
  write("node_modules/one/package.json", JSON.stringify({ version: "1.0.0" }));
  mkdirSync(path("node_modules/.bin"));
  symlinkSync(join(repository, "node_modules/.bin/tsc"), path("node_modules/.bin/tsc"));
  symlinkSync(join(repository, "node_modules/rolldown"), path("node_modules/rolldown"));
  for (const name of ["git", "tmux", "bwrap", "ps", "openssl", "ssh-keygen", "zsh", "fish"]) {
    program(name, "");
  }
  linkShellPrograms(path("shell-programs"));
  return { path, write, program, run };
}

const compilerOptions = {
  compilerOptions: { module: "nodenext", target: "es2023", types: [], rootDir: "." },
  include: ["src"],
};

const mainSource = `export function main(argv: readonly string[]): number {
  console.log("started with", ...argv.slice(2));
  return 0;
}
`;

/** A lock file that wants one package in the given version and one that only some systems need. */
export function lockFile(version: string): string {
  const packages = {
    "": { name: "checkout" },
    "node_modules/one": { version },
    "node_modules/elsewhere": { version: "1.0.0", optional: true },
  };
  return JSON.stringify({ packages });
}

function linkShellPrograms(directory: string): void {
  mkdirSync(directory);
  symlinkSync(process.execPath, join(directory, "node"));
  const places = (process.env["PATH"] ?? "").split(":");
  for (const name of shellPrograms) {
    const place = places.find((candidate) => existsSync(join(candidate, name)));
    if (place === undefined) {
      throw new Error(`Cannot make a checkout: there is no ${name} on the PATH`);
    }
    symlinkSync(join(place, name), join(directory, name));
  }
}

function runProgram(program: string, args: string[], path: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...process.env, PATH: path } }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}
