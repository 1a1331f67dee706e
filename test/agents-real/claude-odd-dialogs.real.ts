import { describe, expect, it, vi } from "vitest";
import { signal } from "../providers/local/local-harness.ts";
import { idle, soon } from "./agent-thopter.ts";
import { openClaudeThopter, type ClaudeThopter } from "./claude-thopter.ts";
import { withOddServer } from "./odd-server.ts";

type Extra = { multiSelect?: boolean; header?: string; preview?: string };

function question(text: string, labels: readonly string[], extra: Extra = {}) {
  const { preview, ...rest } = extra;
  const options = labels.map((label) => ({
    ...{ label, description: `It is described at some length` },
    ...(preview !== undefined && { preview }),
  }));
  return { question: text, header: "Pick", multiSelect: false, options, ...rest };
}

function ask(...questions: object[]): string {
  return `ask ${JSON.stringify(questions)}`;
}

const several = { multiSelect: true };
const long = `A long one: ${"and on it goes ".repeat(24)}to its end`;

async function give({ agent, session, ...rest }: ClaudeThopter, text: string): Promise<void> {
  const { hash } = await rest.question();
  await agent.answer(session, { hash, text }, signal);
}

async function heard({ said }: ClaudeThopter, words: RegExp): Promise<void> {
  await expect.poll(() => said().at(-1), soon).toMatch(words);
}

function at({ run, session, agent }: ClaudeThopter) {
  const tmux = `tmux -S ${session.places.run}/tmux.sock`;
  const shows = (text: string) =>
    vi.waitFor(async () => {
      expect(await agent.screen(session, { history: false }, signal)).toContain(text);
    }, 2000);
  return {
    /** A key that comes right behind the drawing of a dialog is lost. */
    async press(key: string, until: string) {
      for (let presses = 0; presses < 5; presses += 1) {
        await run(`${tmux} send-keys -t %0 ${key}`);
        if (
          await shows(until).then(
            () => true,
            () => false,
          )
        )
          return;
      }
      throw new Error(`${key} does not bring ${until}`);
    },
    resize: (columns: number, rows: number) =>
      run(`${tmux} resize-window -x ${columns} -y ${rows}; sleep 1`),
    size: () => run(`${tmux} display-message -p -t %0 '#{pane_width},#{pane_height}'`),
  };
}

describe("an odd dialog of Claude Code", () => {
  it("takes by number what words cannot tell apart, hide, or part", async () => {
    const thopter = await openClaudeThopter();
    const labels = ["Apple; or pear", "apple; OR pear", long, "hid\u200bden\nhere"];
    await thopter.launch(ask(question("Which; and why?", labels, several)));
    const { text, choices } = await thopter.question();
    expect(text).toContain(`3. ${long}`);
    expect(choices?.[3]).toBe("hidden here");
    await expect(give(thopter, "Apple; or pear; hidden here")).rejects.toThrow("by number");
    await give(thopter, "#2; 3; 4");
    await heard(thopter, /=\\"apple; OR pear, A long one.*to its end, hid/);
    await idle(thopter);
    await thopter.tell(ask(question("Which `one`, **now**?", ["red", "RED", "`npm` 👩‍💻 *it*"])));
    await expect(give(thopter, "Red")).rejects.toThrow("its number, such as 2");
    await give(thopter, "3");
    await heard(thopter, /=\\"`npm`/);
  });

  it("is answered in a terminal that is too small to show it, which it gives back", async () => {
    const thopter = await openClaudeThopter();
    const labels = [long, "Second one", "Third one", "Fourth one"];
    await thopter.launch(ask(question("Which?", labels, several), question("And?", labels)));
    await thopter.question();
    const { resize, size } = at(thopter);
    await resize(50, 16);
    await give(thopter, "#1; Third one; and words of my own that are too long for such a row");
    expect(await size()).toBe("50,16\n");
    await give(thopter, "4");
    await heard(thopter, /to its end, Third one, and words of my own.*=\\"Fourth one\\"/);
    expect(await size()).toBe("50,16\n");
  });

  it("begins anew where somebody half answered it at the terminal", async () => {
    const thopter = await openClaudeThopter();
    const { press } = at(thopter);
    const first = question("Which color?", ["Red", "Blue"], { header: "Color" });
    const fruit = question("Which fruits?", ["Apple", "Fig"], { ...several, header: "Fruit" });
    const size = question("Which size?", ["Small", "Large"], { header: "Size" });
    await thopter.launch(ask(first, fruit, size));
    await thopter.question();
    await press("1", "Which fruits");
    await press("1", "[✔] Apple");
    await press("Down", "❯ 2. ");
    await press("Down", "❯ 3. ");
    await press("x", "[✔] x");
    await press("Down", "❯    Next");
    await press("Enter", "Which size");
    await press("3", "❯ 3. ");
    await press("y", "❯ 3. y");
    expect((await thopter.question()).text).toContain("(1 of 3)");
    await give(thopter, "Blue");
    await give(thopter, "Fig; my own");
    await give(thopter, "my size");
    await heard(thopter, /=\\"Blue\\".*=\\"Fig, my own\\".*=\\"my size\\"/);
  });

  it("begins anew where all was answered but not submitted, or stands ahead", async () => {
    const thopter = await openClaudeThopter();
    const { press } = at(thopter);
    const [a, b] = [question("One?", ["A", "B"]), question("Two?", ["C", "D"], { header: "Two" })];
    await thopter.launch(ask(a, b));
    await thopter.question();
    await press("1", "Two?");
    await press("1", "Review your answers");
    await give(thopter, "B");
    await press("Left", "One?");
    expect((await thopter.question()).text).toContain("(2 of 2)");
    await give(thopter, "D");
    await heard(thopter, /=\\"B\\".*=\\"D\\"/);
  });

  it("puts away what somebody began to write beside a choice", async () => {
    const thopter = await openClaudeThopter({ permissions: "default" });
    const { press } = at(thopter);
    await thopter.launch(ask(question("Which grid?", ["Grid", "List"], { preview: "+--+" })));
    await thopter.question();
    await press("n", "Notes: Add");
    await press("h", "Notes: h");
    await press("1", "Notes: h1");
    await give(thopter, "2");
    await heard(thopter, /=\\"List\\"/);
    await idle(thopter);
    await thopter.tell("run echo made >made.txt");
    await thopter.question();
    await press("Tab", "1. Yes, and tell");
    await press("h", "1. Yes, h");
    await press("1", "1. Yes, h1");
    await give(thopter, "yes");
    await expect.poll(() => thopter.run("cat made.txt"), soon).toBe("made\n");
    await idle(thopter);
    expect(thopter.said().at(-1)).not.toContain("h1");
  });

  it.each(["an MCP tool", "a page", "an edit"])("asks whether it may use %s", async (what) => {
    const config = (command: string): string =>
      `echo '{"mcpServers":{"odd":{"command":"${command}"}}}' >~/.claude.json && echo old >a.txt`;
    const files = withOddServer(config);
    const thopter = await openClaudeThopter({ permissions: "default", files });
    const path = `${thopter.session.repositoryPath}/a.txt`;
    const calls: Record<string, [string, RegExp]> = {
      "an MCP tool": ['mcp__odd__paint_it {"color":"red"}', /painted/],
      "a page": ['WebFetch {"url":"http://127.0.0.1:9/","prompt":"Read it"}', /^Result: /],
      "an edit": [`Write {"file_path":"${path}","content":"new\\n"}`, /^Result: /],
    };
    const [call = "", answered = /./] = calls[what] ?? [];
    await thopter.launch(`call ${call}`);
    expect((await thopter.question()).choices).toEqual(["Yes", "No"]);
    await give(thopter, "1");
    await heard(thopter, answered);
    await idle(thopter);
  });

  it("asks about a long plan in a small terminal", async () => {
    const thopter = await openClaudeThopter({ permissions: "default" });
    await thopter.launch("begin planning");
    await idle(thopter);
    const plan = `# All\n\n${"- x\n".repeat(60)}\nThen it is done.`;
    await thopter.tell(`plan ${JSON.stringify(plan)}`);
    await heard(thopter, /File created/);
    await idle(thopter);
    await thopter.tell("end planning");
    expect((await thopter.question()).choices).toEqual(["Approve", "No"]);
    await at(thopter).resize(60, 12);
    await give(thopter, "1");
    await heard(thopter, /User has approved your plan/);
  });
});
