import { describe, expect, it } from "vitest";
import { claudeSettings } from "../../src/agents/claude-hooks.ts";

describe("the hooks of Claude Code", () => {
  it("are a script that the settings name by its path", () => {
    const settings = JSON.parse(
      claudeSettings({ hookPath: "/run/it's/hook.sh", permissions: "default" }),
    ) as { hooks: Record<string, unknown>; permissions: unknown };
    expect(settings.permissions).toEqual({ defaultMode: "default" });
    expect(settings.hooks["Stop"]).toEqual([
      { hooks: [{ type: "command", command: `sh '/run/it'\\''s/hook.sh' event`, timeout: 10 }] },
    ]);
  });
});
