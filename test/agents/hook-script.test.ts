import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { translateClaude } from "../../src/agents/claude-events.ts";
import { hookScript } from "../../src/agents/hook-script.ts";
import { parseSpool } from "../../src/agents/reports.ts";
import { temporaryDirectory } from "../temp-directory.ts";

function openHook() {
  const reports = join(temporaryDirectory(), "it's a spool");
  const script = hookScript(reports);
  return {
    reports,
    run(what: string, input: unknown = {}): string {
      const options = { input: JSON.stringify(input), env: { PATH: process.env["PATH"] } };
      return execFileSync("sh", ["-c", script, "sh", what], options).toString();
    },
    lines: () =>
      readFileSync(reports, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
    standing: () =>
      parseSpool({ start: 0, bytes: new Uint8Array(readFileSync(reports)) }, translateClaude),
  };
}

describe("a hook of an agent", () => {
  it("reports a status, and the same one once", () => {
    const hook = openHook();
    for (const what of ["working", "working", "idle", "working"]) expect(hook.run(what)).toBe("");
    expect(hook.lines()).toEqual(
      ["working", "idle", "working"].map((status) => JSON.stringify({ status })),
    );
  });

  it("reports it again once the hub noted something", () => {
    const hook = openHook();
    hook.run("idle");
    writeFileSync(hook.reports, '{"status":"idle"}\n\n{"hub":"told"}\n');
    hook.run("idle");
    expect(hook.lines()).toHaveLength(3);
  });

  it("hands over an event whatever it holds", () => {
    const hook = openHook();
    const command = `echo "a" 'b' \\ \u0007 $HOME %s \`id\` ünï🚁`;
    const event = {
      hook_event_name: "PermissionRequest",
      tool_name: "Bash",
      tool_input: { command },
    };
    hook.run("event", event);
    expect(hook.standing().report).toMatchObject({
      question: { text: `Claude asks whether it may use Bash: ${command.replace("\u0007", "")}` },
    });
  });

  it("writes no more than a spool's line may have, and leaves nobody hanging", () => {
    const hook = openHook();
    const input = { file_path: "/a/b.ts", content: `"\\`.repeat(500_000) };
    hook.run("event", {
      hook_event_name: "PermissionRequest",
      tool_name: "Write",
      tool_input: input,
    });
    expect(Math.max(...hook.lines().map(({ length }) => length))).toBeLessThan(16_000);
    expect(hook.standing().report).toMatchObject({ status: "waiting" });
  });

  it("never fails, even where it can write nothing", () => {
    const hook = openHook();
    mkdirSync(hook.reports);
    expect(hook.run("working")).toBe("");
    expect(hook.run("event")).toBe("");
    expect(existsSync(join(hook.reports, "x"))).toBe(false);
  });
});
