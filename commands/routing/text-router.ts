import type { Ask } from "../ask.ts";
import { button, ids } from "../blocks/actions.ts";
import { actions, message, section } from "../blocks/elements.ts";
import { escape, quoted } from "../blocks/text.ts";
import type { CommandPorts } from "../command-ports.ts";
import type { SlackCommand, Typed } from "../define-command.ts";
import type { Message } from "../message.ts";
import { parseRequest } from "../parse/request.ts";
import type { Requested } from "../parse/request.ts";
import { unwrap } from "../parse/unwrap.ts";
import type { Catalogue } from "./catalogue.ts";
import { strangers, withNames } from "./names.ts";
import { withAskAdmin } from "./perform.ts";
import type { createTellOrDestroy } from "./tell-or-destroy.ts";

/** Runs what was written after `/thopter` or to the bot. */
export type TextRouter = {
  run(ask: Ask, text: string, hasNoRole: boolean): Promise<void>;
};

type Parts = { catalogue: Catalogue; doubt: ReturnType<typeof createTellOrDestroy> | undefined };

/** What someone without a role may use, to get one. */
const openToAll = new Set(["claim", "help"]);

export function createTextRouter(ports: CommandPorts, { catalogue, doubt }: Parts): TextRouter {
  async function runCommand(ask: Ask, name: string, typed: Typed): Promise<void> {
    const command = catalogue.command(name);
    if (command === undefined) return ask.whisper(message(`There is no \`${escape(name)}\` here.`));
    await command.run(ports, ask, typed);
  }

  const help = (ask: Ask, about: string): Promise<void> =>
    runCommand(ask, "help", { words: about === "" ? [] : [about], text: about, flags: {} });

  /** Words that are no subcommand are meant for the agent of the thread. */
  async function tell(ask: Ask, thopterId: string, text: string): Promise<void> {
    const words = [thopterId, ...text.split(/\s+/)];
    await runCommand(ask, "tell", { words, text: `${thopterId} ${text}`, flags: {} });
  }

  async function runNamed(ask: Ask, command: SlackCommand, parsed: Said): Promise<void> {
    const typed = withNames(parsed.typed);
    const odd = await strangers(ports, ask, typed.words);
    if (odd.length === 0) return command.run(ports, ask, typed);
    await refuseOrTell(ask, command, { ...parsed, odd });
  }

  async function refuseOrTell(ask: Ask, command: SlackCommand, said: Said & { odd: string[] }) {
    const { threadThopter } = ask;
    if (threadThopter === undefined || ask.via !== "mention") {
      return ask.whisper(notNames(command, said.odd));
    }
    if (command.isDestructive !== true) return tell(ask, threadThopter, said.text);
    if (doubt === undefined) return ask.whisper(notNames(command, said.odd));
    return doubt.ask(ports, ask, { thopterId: threadThopter, text: said.text });
  }

  async function runTyped(ask: Ask, command: SlackCommand, said: Said): Promise<void> {
    const { typed } = said;
    if (command.takes === "names") return runNamed(ask, command, said);
    if (command.takes === "nothing" && typed.words.length > 0) {
      return refuseOrTell(ask, command, { ...said, odd: [...typed.words] });
    }
    if (isSentence(ask, command, typed)) return refuseOrTell(ask, command, { ...said, odd: [] });
    return command.run(ports, ask, typed);
  }

  async function runUnknown(ask: Ask, text: string, unknown: Unknown): Promise<void> {
    const isOneWord = !/\s/.test(text);
    const isSlip = isOneWord && unknown.meant !== undefined;
    if (ask.threadThopter === undefined || ask.via !== "mention" || isSlip) {
      return ask.whisper(didYouMean(unknown));
    }
    await tell(ask, ask.threadThopter, text);
  }

  return {
    async run(ask, raw, hasNoRole) {
      const text = unwrap(raw).trim();
      const requested = parseRequest(raw, catalogue.commands);
      if (hasNoRole && !isOpen(requested)) return ask.whisper(noRole());
      switch (requested.kind) {
        case "nothing":
          return help(ask, "");
        case "help":
          return help(ask, requested.about.name);
        case "wrong":
          return ask.whisper(message(requested.words));
        case "unknown":
          return runUnknown(ask, text, requested);
        case "run":
          return runTyped(ask, requested.command, { typed: requested.typed, text });
      }
    },
  };
}

type Said = { typed: Typed; /** All of it, as it was typed. */ text: string };
type Unknown = Extract<Requested, { kind: "unknown" }>;

function isOpen(requested: Requested): boolean {
  if (requested.kind === "nothing" || requested.kind === "help") return true;
  return requested.kind === "run" && openToAll.has(requested.command.name);
}

/** Commands that take a word or none: with more, in a thread, the agent is meant ("help me with the tests"). */
const short = new Set(["help", "login", "pause", "resume"]);

function isSentence(ask: Ask, { name }: SlackCommand, { words }: Typed): boolean {
  const isThread = ask.via === "mention" && ask.threadThopter !== undefined;
  return isThread && short.has(name) && words.length > 1;
}

export function noRole(): Message {
  return withAskAdmin(
    "You have no role here yet. Ask an admin for one, or use `/thopter claim` with a code that you were given.",
  );
}

function notNames(command: SlackCommand, odd: readonly string[]): Message {
  const shown = odd.slice(0, 3).map((word) => `"${quoted(word, 60)}"`);
  const what =
    command.takes === "nothing"
      ? `\`${command.name}\` takes no words`
      : `no thopter is called ${shown.join(" or ")}`;
  return message(
    `Nothing was done: ${what}. Write \`/thopter ${escape(command.usage)}\`; \`/thopter list\` shows the names.`,
  );
}

function didYouMean({ word, meant }: Unknown): Message {
  const known = `There is no subcommand "${quoted(word, 60)}".`;
  const hint =
    meant === undefined
      ? "`/thopter help` shows what there is."
      : `Did you mean \`/thopter ${meant}\`?`;
  const words = `${known} ${hint}`;
  return message(words, [
    section(words),
    ...actions(button("Help", { id: ids.help, value: "help" })),
  ]);
}
