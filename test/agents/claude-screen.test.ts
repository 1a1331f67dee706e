import { describe, expect, it } from "vitest";
import { readClaudeScreen, readMenu } from "../../src/agents/claude-screen.ts";

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
    [
      "a plan",
      `${rule}\n Claude has written up a plan\n\n ❯ 1. Yes\n   3. Tell Claude what to change\n      shift+tab to approve with this feedback\n\n ctrl+g to edit in Vim · ~/a.md`,
    ],
    [
      "a fetch",
      `${rule}\n Fetch\n ❯ 1. Yes\n   3. No, and tell Claude what to do differently (esc)`,
    ],
    [
      "a plan to begin with",
      `${rule}\n Enter plan mode?\n\n ❯ Yes, enter plan mode\n   No, start implementing now\n`,
    ],
    ["a review", `${rule}\n← ☒ A ✔ Submit →\nReview\n\n❯ 1. Submit answers\n  2. Cancel`],
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

  it("has a menu below its last rule, or in the tab that is open", () => {
    const menu = "❯ 1. [ ] A\n      2 of them\n  2. [✔] B\n     Submit";
    const text = `❯ 1. Old\n☐ done\n 2. Older\n${rule}\n←  ☐ Pick  ✔ Submit  →\n${menu}\n${rule}\n  3. Chat`;
    expect(readMenu(text, "tabs")).toEqual([
      { number: "1", label: "A", isAt: true, isTicked: false },
      { number: "2", label: "B", isAt: false, isTicked: true },
      { number: "3", label: "Chat", isAt: false, isTicked: false },
    ]);
    expect(readMenu(text, "rule").map(({ label }) => label)).toEqual(["Chat"]);
    expect(readMenu("❯    Submit\n☐ x\n❯    Next", "tabs")).toEqual([
      { label: "Next", isAt: true, isTicked: false },
    ]);
    expect(readMenu("❯ 1. Yes", "rule")).toEqual([]);
    // A long file leaves no more of its dialog than the line below it.
    const long = `❯ 1. No\n${"╌".repeat(80)}\n Do you want to create it?\n ❯ 1. Yes\n   2. No`;
    expect(readMenu(long, "rule").map(({ label }) => label)).toEqual(["Yes", "No"]);
  });
});
