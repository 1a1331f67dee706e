import { describe, expect, it } from "vitest";
import { readCodexScreen } from "../../src/agents/codex-screen.ts";

const hint = "Ask Codex to do anything";
const usualFoot = "  GPT-6.1-Sol default · ~/clone\n  ← for agents · ? for shortcuts";

function screen(draft = hint, { above = "• Heard: hello", foot = usualFoot } = {}): string {
  return `› an earlier message\n\n${above}\n\n\n› ${draft}\n\n${foot}\n\n`;
}

function folder(row: string): string {
  return `  Folder access\n  /clone\n\n  Trust is kept.\n\n› 1. ${row}\n  2. Back to Agent Command Center\n\n  enter continue · esc back`;
}

describe("the screen of Codex", () => {
  it("has a place to type, with what stands there", () => {
    expect(readCodexScreen(screen())).toEqual({
      ...{ draft: hint, isWorking: false, hasDialog: false, asksFolder: false, hasTalked: true },
    });
    expect(readCodexScreen(screen("two\n  lines\n\n  and one")).draft).toBe(
      "two\n  lines\n\n  and one",
    );
    expect(readCodexScreen(screen("1. One thing")).hasDialog).toBe(false);
  });

  it("has the same draft whatever its foot says", () => {
    const foot = "  GPT-6.1-Sol default · ~/clone\n  esc again to edit previous message";
    expect(readCodexScreen(screen("a", { foot }))).toMatchObject({ draft: "a", hasDialog: false });
  });

  it("has none where that was drawn long ago", () => {
    const later = Array.from({ length: 9 }, (_, index) => `line ${index}`).join("\n");
    expect(readCodexScreen(`${screen()}${later}`).draft).toBeUndefined();
  });

  it("shows nothing that was said while it begins", () => {
    const begins = `  >_ OpenAI Codex\n  Resuming session…\n\n› ${hint}\n\n  ? for shortcuts`;
    expect(readCodexScreen(begins)).toMatchObject({ draft: hint, hasTalked: false });
  });

  it("says above the draft that it works", () => {
    const above = "• Working (2s • esc to interrupt)";
    expect(readCodexScreen(screen(hint, { above })).isWorking).toBe(true);
    const long = `${above}\n${"a line\n".repeat(20)}`;
    expect(readCodexScreen(screen(hint, { above: long })).isWorking).toBe(false);
  });

  it("has a dialog in its place that asks for a permission", () => {
    const dialog =
      "  Would you like to run the following command?\n\n  $ touch a\n\n› 1. Yes, proceed (y)\n  3. No (esc)\n\n  Press enter to confirm or esc to cancel";
    expect(readCodexScreen(`${screen()}${dialog}`)).toMatchObject({
      ...{ draft: undefined, hasDialog: true, asksFolder: false },
    });
  });

  it.each(["Open restricted", "Open existing task"])("asks about the folder: %s", (row) => {
    expect(readCodexScreen(folder(row))).toMatchObject({ hasDialog: true, asksFolder: true });
  });

  it("is passed by nobody where confirming would mean trust", () => {
    expect(readCodexScreen(folder("Trust and continue"))).toMatchObject({
      ...{ hasDialog: true, asksFolder: false },
    });
  });

  it("says that a limit is reached while that is the last it says", () => {
    const above = "■ You’ve hit your usage limit. Visit\nthe page or try again at 7:35 PM.";
    expect(readCodexScreen(screen(hint, { above })).limit).toBe(
      "You’ve hit your usage limit. Visit the page or try again at 7:35 PM.",
    );
    const later = `${above}\n\n› better now?\n\n• Yes`;
    expect(readCodexScreen(screen(hint, { above: later })).limit).toBeUndefined();
    const talk = "• I read about the usage limit";
    expect(readCodexScreen(screen(hint, { above: talk })).limit).toBeUndefined();
    const other = "■ Conversation interrupted";
    expect(readCodexScreen(screen(hint, { above: other })).limit).toBeUndefined();
  });

  it("is nothing of this while something else is drawn", () => {
    for (const text of ["", "ready", "› 1. Yes", "esc to cancel"]) {
      expect(readCodexScreen(text)).toMatchObject({ draft: undefined, hasDialog: false });
    }
  });
});
