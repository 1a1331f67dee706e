import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig, type Config } from "../../src/config.ts";
import { UserError } from "../../src/core/errors.ts";
import { refuseWithoutProgram } from "../../src/machinery/agent-programs.ts";
import { findClaude } from "../../src/machinery/claude-machinery.ts";
import { temporaryDirectory } from "../temp-directory.ts";

function configure(patch: Record<string, string> = {}): Config {
  const login = { ANTHROPIC_API_KEY: "an-api-key" };
  return readConfig({ THOPTER_DATA_DIR: temporaryDirectory(), ...login, ...patch });
}

describe("Claude Code of this machine", () => {
  it("is the file behind the path that is named", async () => {
    const directory = temporaryDirectory();
    const program = join(directory, "2.1.330");
    const named = join(directory, "claude");
    writeFileSync(program, "#!/bin/sh\n");
    chmodSync(program, 0o755);
    symlinkSync(program, named);
    expect(await findClaude(configure({ THOPTER_CLAUDE_PROGRAM: named }))).toBe(program);
  });

  it("is not there where the named one cannot run", async () => {
    const named = join(temporaryDirectory(), "claude");
    const config = configure({ THOPTER_CLAUDE_PROGRAM: named });
    expect(await findClaude(config)).toBeUndefined();
    writeFileSync(named, "", { mode: 0o644 });
    expect(await findClaude(config)).toBeUndefined();
  });

  it("is missed only where new thopters need it", () => {
    const named = { THOPTER_CLAUDE_PROGRAM: "/nowhere/claude" };
    const claude = configure({ ...named, THOPTER_AGENT: "claude" });
    expect(() => refuseWithoutProgram("claude", claude, undefined)).toThrow(UserError);
    expect(() => refuseWithoutProgram("claude", claude, undefined)).toThrow(
      /"\/nowhere\/claude" cannot run\. Install it with "npm install/,
    );
    refuseWithoutProgram("claude", claude, "/usr/bin/claude");
    refuseWithoutProgram("claude", configure(named), undefined);
  });
});
