import { describe, expect, it } from "vitest";
import { idle, soon } from "./agent-thopter.ts";
import { openCodexThopter } from "./codex-thopter.ts";

describe("telling Codex", () => {
  it("loses no Enter, while it works or not", async () => {
    const thopter = await openCodexThopter();
    await thopter.launch("hold on");
    await expect.poll(() => thopter.said().at(-1), soon).toBe("hold on");
    const texts = ["first", "second", "third", "fourth"];
    for (const text of texts) await thopter.tell(text);
    thopter.api.release();
    const last = () => thopter.api.requests.at(-1)?.body ?? "";
    for (const text of texts) await expect.poll(last, soon).toContain(`"text":"${text}"`);
    await idle(thopter);
    for (const text of texts) {
      await thopter.tell(text);
      await expect.poll(() => thopter.said().at(-1), soon).toBe(text);
    }
  });

  const texts: [what: string, text: string, heard: string][] = [
    ["a command", "/clear", "/clear"],
    ["a command behind blanks", " \u00a0 /clear", "/clear"],
    ["a shell command", "!touch made.txt", "!touch made.txt"],
    ["two lines", "one\n  two", "one\n  two"],
    ["a backslash at the end", "back\\", "back\\"],
    ["a file at the end", "look at @NOTES", "look at @NOTES"],
    ["a skill at the end", "it costs $imag", "it costs $imag"],
    ["a question mark", "?", "?"],
    ["a number sign", "# note", "# note"],
    ["much", `${"long ".repeat(1500)}end`, `${"long ".repeat(1500)}end`],
  ];

  it("brings as a message whatever it is told, and nothing of what was before", async () => {
    const thopter = await openCodexThopter({ files: "touch NOTES.md" });
    await thopter.launch("hello");
    for (const [index, [what, text, heard]] of texts.entries()) {
      await idle(thopter);
      await thopter.tell(text);
      const count = () => thopter.said().length;
      await expect.poll(count, { ...soon, message: what }).toBe(index + 2);
      expect(thopter.said().at(-1), what).toContain(heard);
    }
    expect(thopter.api.requests.at(-1)?.body).toContain('"text":"hello"');
    expect(await thopter.run("ls")).toBe("NOTES.md\n");
  });

  it("keeps a task from being a command", async () => {
    const thopter = await openCodexThopter();
    await thopter.launch("/exit");
    await expect.poll(() => thopter.said().at(-1), soon).toContain("/exit");
  });

  it("interrupts it", async () => {
    const thopter = await openCodexThopter();
    await thopter.launch("hello");
    await idle(thopter);
    await thopter.tell("hold this\nand that");
    await expect.poll(() => thopter.said().at(-1), soon).toBe("hold this\nand that");
    await thopter.tell("instead", { interrupt: true });
    await expect.poll(() => thopter.said().at(-1), soon).toBe("instead");
    await idle(thopter);
    await thopter.tell("at rest", { interrupt: true });
    await expect.poll(() => thopter.said().at(-1), soon).toBe("at rest");
  });
});
