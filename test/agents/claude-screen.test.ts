import { describe, expect, it } from "vitest";
import { readClaudeScreen, screenShows } from "../../src/agents/claude-screen.ts";

const rule = "─".repeat(80);

function atRest(draft: string, foot = "  ⏸ manual mode on · ? for shortcuts"): string {
  return `❯ an earlier message\n● Heard\n\n${rule}\n❯ ${draft}\n${rule}\n${foot}`;
}

describe("the screen of Claude Code", () => {
  it("has a place to type, with what stands there", () => {
    expect(readClaudeScreen(atRest(""))).toEqual({
      draft: "",
      isWorking: false,
      hasDialog: false,
    });
    expect(readClaudeScreen(atRest("two\n  lines")).draft).toBe("two\nlines");
  });

  it("has none where that was drawn long ago", () => {
    const later = "a line\n".repeat(9);
    expect(readClaudeScreen(`${atRest("hello")}\n${later}`).draft).toBeUndefined();
  });

  it("says at its foot that it works", () => {
    const foot = "  ⏵⏵ bypass permissions on (shift+tab to cycle) · esc to interrupt";
    expect(readClaudeScreen(atRest("", foot)).isWorking).toBe(true);
    const earlier = `esc to interrupt\n${atRest("")}`;
    expect(readClaudeScreen(earlier).isWorking).toBe(false);
  });

  it("is no dialog when something at its foot can be canceled", () => {
    const foot = "  ⚠ Usage limit reached\n    Continuing at 5:40pm · Esc to cancel";
    expect(readClaudeScreen(atRest("", foot))).toMatchObject({ draft: "", hasDialog: false });
  });

  it.each([
    [
      "a permission",
      `${rule}\n Bash command\n\n Do you want to proceed?\n ❯ 1. Yes\n   2. No\n\n Esc to cancel · Tab to amend`,
    ],
    [
      "a question",
      `${rule}\n ☐ Color\nWhich color?\n❯ 1. Red\n  2. Blue\n${rule}\n  4. Chat about this\n\nEnter to select · ↑/↓ to navigate · Esc to cancel`,
    ],
    [
      "trust",
      `${rule}\n New MCP server found in this project: x\n   Use this MCP server\n ❯ Continue without\n\n Enter to confirm · Esc to cancel`,
    ],
  ])("has a dialog in that place: %s", (_what, text) => {
    expect(readClaudeScreen(`${atRest("hello")}\n${text}`)).toMatchObject({
      draft: undefined,
      hasDialog: true,
    });
  });

  it("is neither while something else is drawn", () => {
    for (const text of ["", "ready", "❯ 1. Yes", "Esc to cancel"]) {
      expect(readClaudeScreen(text)).toEqual({
        draft: undefined,
        isWorking: false,
        hasDialog: false,
      });
    }
  });

  it("shows a text however it is wrapped", () => {
    expect(screenShows(" │ make a very \n │ long thing", "make a very long thing")).toBe(true);
    expect(screenShows("make another", "make a very")).toBe(false);
  });
});
