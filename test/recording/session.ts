import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { startMessagesApi } from "../agents/messages-api.ts";
import { claudeProgram } from "../agents-real/install-claude.ts";
import { openTerminal } from "../cli/terminal-session.ts";
import type { TerminalSession } from "../cli/terminal-session.ts";
import { endProcess, plainEnvironment, program, startProgram } from "../hub/hub-process.ts";
import { clearAway } from "../hub/nothing-left.ts";
import { makeRepository } from "../hub/repository.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { movingPicture } from "./moving-picture.ts";
import { playWork } from "./played-model.ts";
import { recordTerminal } from "./recorder.ts";

/** How long a reader needs for a few words, in milliseconds. */
const readMs = 900;
const size = { columns: 118, rows: 32 };
const picture = fileURLToPath(new URL("../../.github/session.svg", import.meta.url));
/** So that the README loads at once, in bytes. */
const largest = 600_000;

/** A home with what a newcomer has: the two programs on the PATH, and a repository. */
async function setScene() {
  const home = temporaryDirectory();
  const bin = join(home, "bin");
  mkdirSync(bin);
  symlinkSync(program, join(bin, "thopter"));
  symlinkSync(claudeProgram, join(bin, "claude"));
  const greet = 'console.log("Helo, world!");\n';
  makeRepository(join(home, "greetings"), { "greet.js": greet });
  onTestFinished(() => clearAway(home, join(home, ".thopter")));
  const profile = join(home, ".prompt");
  writeFileSync(profile, "PS1='$ '\n");
  const api = await startMessagesApi(playWork);
  const environment = {
    HOME: home,
    PATH: `${bin}:${plainEnvironment()["PATH"] ?? ""}`,
    THOPTER_PORT: "0",
    ANTHROPIC_BASE_URL: api.url,
  };
  return { home, environment, shell: `bash --rcfile ${profile}` };
}

/** Waits for the prompt, and types as a person would, and Enter. */
async function say(terminal: TerminalSession, line: string): Promise<void> {
  await terminal.shows(/^\$\s*$(?![^]*\S)/m);
  for (const part of line.split(/(?<= )/)) {
    await terminal.write(part);
    await terminal.shows(part.trim());
  }
  await terminal.press("Enter");
}

it("records a session: init, provision, attach, tell, destroy", async () => {
  const { home, environment, shell } = await setScene();
  const terminal = await openTerminal(environment, { ...size, shell });
  await terminal.shows("$");
  const recorder = recordTerminal(terminal);
  onTestFinished(async () => void (await recorder.stop()));

  await say(terminal, "thopter init");
  const choose = async (question: string): Promise<void> => {
    await terminal.shows(question);
    await recorder.hold(readMs);
    await terminal.press("Enter");
  };
  const done = async (words: string | RegExp): Promise<void> => {
    await terminal.shows(words);
    await recorder.hold(2 * readMs);
  };

  await choose("Where do thopters run?");
  await choose("Which agent works in them?");
  await choose("How does Claude Code log in?");
  await terminal.shows("API key (Enter skips)");
  await terminal.type("sk-ant-api03-of-no-use-anywhere-0123456789");
  await terminal.shows("Anthropic accepts ANTHROPIC_API_KEY");
  await choose("GitHub token");
  await choose("Connect Slack?");
  await done("thopter start");

  const hub = await startProgram(environment);
  onTestFinished(() => endProcess(hub.pid));
  await terminal.write("clear\n");
  await say(
    terminal,
    'thopter provision "The greeting says Helo: mend it" --repo ~/greetings --name amber-falcon',
  );
  await done("amber-falcon is ready");
  await say(terminal, "thopter attach amber-falcon");
  await done("The greeting says “Hello, world!” now.");
  await terminal.press("C-]");
  await terminal.shows("Left amber-falcon");
  await terminal.write("clear\n");
  await say(terminal, 'thopter tell amber-falcon "commit it, please"');
  await done("Told amber-falcon");
  await say(terminal, "thopter wait amber-falcon && thopter diff amber-falcon");
  await done("Hello, world!");
  await say(terminal, "thopter destroy amber-falcon");
  await done('Type "yes":');
  await terminal.type("yes");
  await done(/destroy amber-falcon: succeeded|✓ destroy amber-falcon/);

  const frames = await recorder.stop();
  hub.child.kill("SIGTERM");
  expect(await hub.ended).toBe(0);
  const shown = frames.map(({ screen, ms }) => ({ ms, screen: screen.replaceAll(home, "~") }));
  const drawn = movingPicture(shown, size);
  expect(Buffer.byteLength(drawn)).toBeLessThan(largest);
  expect(/.*(?:\/tmp\/|sk-ant).*/.exec(drawn)?.[0]).toBeUndefined();
  writeFileSync(picture, drawn);
});
