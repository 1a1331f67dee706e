import { randomBytes } from "node:crypto";
import type { TerminalSize } from "../core/ports/terminal.ts";
import { firstPane, startingTitle } from "./tmux-pane.ts";

const sessionName = "thopter";

/** The arguments that make tmux run these commands one after the other. */
export function tmuxCommands(commands: readonly (readonly string[])[]): string[] {
  return commands.flatMap((command, index) => [
    ...(index === 0 ? [] : [";"]),
    // A semicolon at the end of an argument would end the command.
    ...command.map((argument) => argument.replace(/;$/, "\\;")),
  ]);
}

const plainSize: TerminalSize = { columns: 200, rows: 50 };

/** Starts a program in a session of fixed size that stays when the program has ended. */
export function startCommands(argv: readonly string[], size = plainSize): string[] {
  return tmuxCommands([
    ["set-option", "-sq", "escape-time", "0"],
    // What the program copies stays on the machine, and nothing of whoever attaches comes in.
    ["set-option", "-sq", "set-clipboard", "off"],
    ["set-option", "-gq", "update-environment", ""],
    ["set-option", "-gq", "default-terminal", "screen-256color"],
    ["set-option", "-gq", "history-limit", "10000"],
    ["set-option", "-gq", "remain-on-exit", "on"],
    ["set-option", "-gq", "remain-on-exit-format", ""],
    ["set-option", "-gq", "status", "off"],
    ["new-session", "-d", "-s", sessionName, ...sizeOptions(size), "--", ...argv],
    // Before there is a session, tmux 3.3 ends when it is told this.
    ["set-option", "-wq", "-t", `${sessionName}:`, "window-size", "manual"],
    ["select-pane", "-t", firstPane, "-T", startingTitle],
  ]);
}

function sizeOptions({ columns, rows }: TerminalSize): string[] {
  return ["-x", String(columns), "-y", String(rows)];
}

/** What pasting prints where the pane's program has ended, and nothing is pasted. */
export const nothingTakes = "thopter-ended";

/** Pastes stdin, bracketed where the program asked for it, then presses Enter; no other paste comes between. */
export function sendCommands(): string[] {
  return tmuxCommands([...paste(), pressCommand(["Enter"])]);
}

/** Pastes stdin, bracketed where the program asked for it. */
export function pasteCommands(): string[] {
  return tmuxCommands(paste());
}

function paste(): string[][] {
  const buffer = `thopter-${randomBytes(8).toString("hex")}`;
  return [
    ["load-buffer", "-b", buffer, "-"],
    // Before tmux 3.4 the server dies when something is pasted to a program that has ended.
    [
      ...["if-shell", "-F", "-t", firstPane, "#{pane_dead}"],
      `delete-buffer -b ${buffer} ; display-message -p ${nothingTakes}`,
      `paste-buffer -p -r -d -b ${buffer} -t ${firstPane}`,
    ],
  ];
}

export function resizeCommand(size: TerminalSize): string[] {
  return ["resize-window", "-t", `=${sessionName}:`, ...sizeOptions(size)];
}

export function pressCommand(keys: readonly string[]): string[] {
  return ["send-keys", "-t", firstPane, ...keys];
}
