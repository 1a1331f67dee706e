import { describe, expect, it } from "vitest";
import { signal } from "../providers/local/local-harness.ts";
import { idle, soon } from "./agent-thopter.ts";
import { openCodexThopter, type CodexThopter } from "./codex-thopter.ts";
import { withOddServer } from "./odd-server.ts";

async function give({ agent, session, ...rest }: CodexThopter, text: string): Promise<void> {
  const { hash } = await rest.question();
  await agent.answer(session, { hash, text }, signal);
}

function resize({ run, session }: CodexThopter, columns: number, rows: number): Promise<string> {
  const tmux = `tmux -S ${session.places.run}/tmux.sock`;
  return run(`${tmux} resize-window -x ${columns} -y ${rows}; sleep 1`);
}

const config = (command: string): string =>
  `mkdir -p ~/.codex && printf '[mcp_servers.odd]\\ncommand = "${command}"\\n' >~/.codex/config.toml`;

describe("a dialog of Codex", () => {
  it("asks whether it may use a tool of an MCP server", async () => {
    const thopter = await openCodexThopter({
      permissions: "workspace-write",
      files: withOddServer(config),
    });
    await thopter.launch('call mcp__odd__paint_it {"color":"red"}');
    const { text, choices } = await thopter.question();
    expect(text).toBe(
      'Codex asks whether it may use paint_it of the MCP server odd: {"color":"red"}',
    );
    expect(choices).toEqual(["Yes", "No"]);
    await give(thopter, "1");
    await expect.poll(() => thopter.said().at(-1), soon).toContain("painted");
    await idle(thopter);
    await thopter.tell('call mcp__odd__paint_it {"color":"blue"}');
    await give(thopter, "No");
    await idle(thopter);
    expect(thopter.said().filter((one) => one.includes("painted"))).toHaveLength(1);
  });

  it("is answered in a terminal that is too small to show it", async () => {
    const thopter = await openCodexThopter({ permissions: "workspace-write" });
    const why = "on and on ".repeat(30);
    await thopter.launch(`ask echo made >made.txt # ${why}`);
    await thopter.question();
    await resize(thopter, 40, 9);
    await give(thopter, "Yes");
    await expect.poll(() => thopter.run("cat made.txt"), soon).toBe("made\n");
  });
});
