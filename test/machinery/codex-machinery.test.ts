import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig, type Config } from "../../src/config.ts";
import { UserError } from "../../src/core/errors.ts";
import { refuseWithoutProgram } from "../../src/machinery/agent-programs.ts";
import { findCodex } from "../../src/machinery/codex-machinery.ts";
import { temporaryDirectory } from "../temp-directory.ts";

function configure(patch: Record<string, string> = {}): Config {
  const login = { OPENAI_API_KEY: "an-api-key" };
  return readConfig({ THOPTER_DATA_DIR: temporaryDirectory(), ...login, ...patch });
}

function find(named: string) {
  return findCodex(configure({ THOPTER_CODEX_PROGRAM: named }));
}

/** Makes an empty program, and the directories above it. */
function makeProgram(...path: string[]): string {
  const program = join(...path);
  mkdirSync(join(program, ".."), { recursive: true });
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);
  return program;
}

describe("Codex of this machine", () => {
  it("is the program behind the script that npm links to, shown with its helpers", async () => {
    const directory = temporaryDirectory();
    const modules = join(directory, "lib", "node_modules", "@openai");
    const platform = join(modules, `codex-${process.platform}-${process.arch}`);
    const vendor = join(platform, "vendor", "a-target");
    const program = makeProgram(vendor, "bin", "codex");
    writeFileSync(join(vendor, "codex-package.json"), "{}");
    writeFileSync(join(platform, "package.json"), "{}");
    const script = makeProgram(modules, "codex", "bin", "codex.js");
    const named = join(directory, "codex");
    symlinkSync(script, named);
    expect(await find(named)).toEqual({ program, expose: vendor });
  });

  it("is shown alone where it is no package", async () => {
    const program = makeProgram(temporaryDirectory(), "bin", "codex");
    expect(await find(program)).toEqual({ program, expose: program });
  });

  it("is not there where the named one cannot run, or has no program behind it", async () => {
    const directory = temporaryDirectory();
    const named = join(directory, "codex");
    expect(await find(named)).toBeUndefined();
    writeFileSync(named, "", { mode: 0o644 });
    expect(await find(named)).toBeUndefined();
    expect(await find(makeProgram(directory, "codex.js"))).toBeUndefined();
  });

  it("is missed only where new thopters need it", () => {
    const named = { THOPTER_CODEX_PROGRAM: "/nowhere/codex" };
    const codex = configure({ ...named, THOPTER_AGENT: "codex" });
    expect(() => refuseWithoutProgram("codex", codex, undefined)).toThrow(UserError);
    expect(() => refuseWithoutProgram("codex", codex, undefined)).toThrow(
      /"\/nowhere\/codex" cannot run\. Install it with "npm install/,
    );
    refuseWithoutProgram("codex", codex, { program: "/usr/bin/codex", expose: "/usr/bin/codex" });
    refuseWithoutProgram("codex", configure(named), undefined);
  });
});
