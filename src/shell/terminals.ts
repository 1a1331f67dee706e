import { posix } from "node:path";
import { ProviderError } from "../core/errors.ts";
import type { AgentSession } from "../core/ports/agent.ts";
import type { RunResult } from "../core/ports/shell.ts";
import type { TerminalPicture, Terminals } from "../core/ports/terminal.ts";
import { saidOn } from "./run-failure.ts";
import { resizeCommand, tmuxCommands } from "./tmux-commands.ts";
import { firstPane } from "./tmux-pane.ts";
import { pictureOf } from "./tmux-scripts.ts";
import { tmuxAt } from "./tmux.ts";

const timeoutMs = 30_000;
/** Between two looks of the machine itself, in milliseconds, as the script has it. */
const turnMs = 50;
const mostBytes = 2_000_000;

const format = "#{pane_width},#{pane_height},#{cursor_x},#{cursor_y},#{cursor_flag}";

/** The terminals of tmux sessions. What is looked at is what tmux drew: no sequence of the program itself passes. */
export function createTerminals(): Terminals {
  async function run(session: AgentSession, argv: readonly string[], signal: AbortSignal) {
    const options = { timeoutMs, signal, maxOutputBytes: mostBytes };
    const result = await session.shell.run(argv, options);
    if (result.exitCode !== 0) throw failed(result);
    return new TextDecoder().decode(result.stdout);
  }

  return {
    async look(session, { known = "", waitMs }, signal) {
      const turns = String(Math.ceil(waitMs / turnMs));
      const looks = tmuxCommands([
        ["display-message", "-p", "-t", firstPane, format],
        ["capture-pane", "-p", "-e", "-t", firstPane],
      ]);
      const script = ["sh", "-c", pictureOf, "sh", known, turns];
      return parsePicture(await run(session, [...script, ...tmuxOf(session), ...looks], signal));
    },
    async type(session, bytes, signal) {
      const keys = tmuxCommands(keysOf(bytes));
      if (keys.length > 0) await run(session, [...tmuxOf(session), ...keys], signal);
    },
    async resize(session, size, signal) {
      await run(session, [...tmuxOf(session), ...resizeCommand(size)], signal);
    },
  };
}

/** Where every agent's session is. */
function tmuxOf({ places }: AgentSession): string[] {
  return tmuxAt(posix.join(places.run, "tmux.sock"));
}

const arrows: Readonly<Record<string, string>> = {
  ...{ A: "Up", B: "Down", C: "Right", D: "Left", H: "Home", F: "End" },
};

/** Bytes go as they are, but arrows by name: what they send depends on the program. */
function keysOf(bytes: Uint8Array): string[][] {
  const typed = Buffer.from(bytes).toString("latin1");
  // oxlint-disable-next-line no-control-regex -- the sequences of keys
  return typed.split(/\u001b[[O]([ABCDHF])/).flatMap((part, index) => {
    if (index % 2 === 1) return [["send-keys", "-t", firstPane, arrows[part] ?? ""]];
    const hex = [...Buffer.from(part, "latin1")].map((byte) => byte.toString(16));
    return hex.length === 0 ? [] : [["send-keys", "-t", firstPane, "-H", ...hex]];
  });
}

function parsePicture(text: string): TerminalPicture {
  const [digest = "", facts = "", ...lines] = text.split("\n");
  const [columns = 0, rows = 0, column = 0, row = 0, isShown = 0] = facts.split(",").map(Number);
  const picture = { columns, rows, lines: lines.slice(0, rows), digest };
  return isShown === 1 ? { ...picture, cursor: { column, row } } : picture;
}

function failed(result: RunResult): ProviderError {
  const said = saidOn(result);
  // In tmux's own words there would be paths of the machine.
  const hasEnded = /^(no server running|error connecting|can't find|no such)/i.test(said);
  const why = hasEnded ? "its session has ended" : said;
  return new ProviderError(`Cannot reach the terminal: ${why}`, { kind: "permanent" });
}
