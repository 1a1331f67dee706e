import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { environmentWithThopter } from "./program-directory.ts";
import { openTerminal } from "./terminal-session.ts";
import type { TerminalSession } from "./terminal-session.ts";

// Every key that completes runs a command.
vi.setConfig({ testTimeout: 120_000 });

/** How each is started without settings of its own, loads the script, and how many Tabs make it list. */
const shells = [
  { start: "bash --norc", load: "source <(thopter completion bash)", list: 2 },
  {
    start: "zsh -f",
    load: "autoload -Uz compinit && compinit -D && source <(thopter completion zsh)",
    list: 1,
  },
  { start: "fish --no-config", load: "thopter completion fish | source", list: 1 },
];

let rounds = 0;

/** Waits for the prompt below what a command has said: what is typed before it may be dropped. */
async function atPrompt(terminal: TerminalSession, said: string): Promise<void> {
  await terminal.shows(new RegExp(`^${said}\n\\S`, "m"));
}

/** Types the start of a line, presses Tab as often as it takes, and leaves the line once this shows. */
async function complete(
  terminal: TerminalSession,
  typed: string,
  { shows, tabs = 1 }: { shows: RegExp; tabs?: number },
): Promise<string> {
  await terminal.write(typed);
  await terminal.shows(typed);
  for (let tab = 0; tab < tabs; tab += 1) await terminal.press("Tab");
  const screen = await terminal.shows(shows);
  await terminal.press("C-u");
  // Nothing of it may be taken for what comes next.
  rounds += 1;
  const over = `over ${String(rounds)}`;
  await terminal.type(`clear; echo ${over}`);
  await atPrompt(terminal, over);
  return screen;
}

/** Completes what there is to complete, and answers with what the last screen showed. */
async function completesAll(
  env: Record<string, string>,
  { start, load, list }: (typeof shells)[number],
): Promise<string> {
  const terminal = await openTerminal(env, { shell: start });
  await terminal.shows(/\S/);
  await terminal.type(`${load}; echo rea''dy`);
  await atPrompt(terminal, "ready");
  await complete(terminal, "thopter prov", { shows: /thopter provision/ });
  await complete(terminal, "thopter operation ca", { shows: /operation cancel/ });
  await complete(terminal, "thopter screen x --hist", { shows: /screen x --history/ });
  await complete(terminal, "thopter tell ja", { shows: /thopter tell jade-owl/ });
  await complete(terminal, "thopter destroy jade-owl amber-f", { shows: /owl amber-falcon/ });
  await complete(terminal, "thopter template render bug", { shows: /render bugfix/ });
  await complete(terminal, "thopter provision x --identity mi", { shows: /--identity mine/ });
  await complete(terminal, "thopter repository show owner/ga", { shows: /show owner\/gate/ });
  const typed = "thopter diff amber-";
  const screen = await complete(terminal, typed, { shows: /amber-falcon\s+amber-owl/, tabs: list });
  await terminal.close();
  return screen;
}

it("commands, options and names are completed at the prompts of bash, zsh and fish", async () => {
  const hub = await startHub();
  await hub.person.call("pause", { scope: "provision" });
  for (const name of ["amber-falcon", "amber-owl", "jade-owl"]) await hub.provision({ name });
  mkdirSync(join(hub.data, "templates"));
  writeFileSync(join(hub.data, "templates", "bugfix.md"), "{{ task }}");
  const login = { variable: "TOKEN", value: "a-value-of-no-known-shape-8b0e" };
  await hub.person.call("createIdentity", { name: "mine", logins: [login] });
  await hub.person.call("trustRepository", { address: "owner/gate", trusted: true });
  const env = environmentWithThopter({ THOPTER_DATA_DIR: hub.data });
  const done = await Promise.all(shells.map((shell) => completesAll(env, shell)));
  expect(done.map((screen) => screen.includes("jade"))).toEqual([false, false, false]);
  await hub.end();
});
