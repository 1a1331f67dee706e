import type { KnownBlock } from "@slack/types";
import { UserError } from "../src/core/errors.ts";
import type { Ask } from "./ask.ts";
import { button, firstPage, ids } from "./blocks/actions.ts";
import { actions, context, message, paragraphs, section } from "./blocks/elements.ts";
import { escape } from "./blocks/text.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";
import type { Feature, SlackCommand } from "./define-command.ts";
import type { Message } from "./message.ts";

/** `help`, about these commands and itself. */
export function createHelp(others: readonly SlackCommand[]): Feature {
  const command: SlackCommand = {
    name: "help",
    summary: "what there is, or how one of these is used",
    usage: "help [subcommand]",
    examples: ["help", "help destroy"],
    flags: {},
    takes: "text",
    async run(_ports: CommandPorts, ask: Ask, typed) {
      const name = typed.text
        .trim()
        .toLowerCase()
        .replace(/^\/?thopter\s+/, "");
      await ask.whisper(name === "" ? overview(every) : oneOf(every, name));
    },
  };
  const every = [command, ...others];
  return defineCommand({
    command,
    buttons: [
      {
        id: ids.help,
        run: (_ports, press) => press.whisper(overview(every)),
      },
    ],
  });
}

function overview(commands: readonly SlackCommand[]): Message {
  const title =
    "*Thopters* are machines that each run one coding agent on one piece of work. Write `/thopter`, or mention me, and one of these:";
  const lines = commands.map(
    ({ usage, summary }) => `\`${plainCode(usage)}\` – ${escape(summary)}`,
  );
  return message("What /thopter can do", [
    section(title),
    ...paragraphs(lines, { lines: 40 }),
    context(
      "`/thopter help destroy` says more about one of them. In a thopter's thread its name may be left out.",
    ),
    ...firstSteps(),
  ]);
}

function firstSteps(): KnownBlock[] {
  return actions(
    button("New thopter…", { id: ids.provisionForm, value: "task:", style: "primary" }),
    button("Thopters", { id: ids.list, value: firstPage }),
    button("Status", { id: ids.status, value: "now" }),
  );
}

function oneOf(commands: readonly SlackCommand[], name: string): Message {
  const found = commands.find((one) => one.name === name);
  if (found === undefined) {
    const known = commands.map((one) => one.name).join(", ");
    throw new UserError(`Cannot explain "${name.slice(0, 60)}": there are ${known}.`);
  }
  const flags = Object.entries(found.flags).map(([flag, { takes, short, words }]) => {
    const value = takes === "value" ? " …" : "";
    const shortWords = short === undefined ? "" : `, \`-${short}\``;
    return `\`--${flag}${value}\`${shortWords} – ${escape(words)}`;
  });
  const examples = found.examples.map((example) => `\`/thopter ${plainCode(example)}\``);
  return message(`How to use /thopter ${found.name}`, [
    section(
      `*/thopter ${found.name}* – ${escape(found.summary)}\n\`/thopter ${plainCode(found.usage)}\``,
    ),
    ...paragraphs(flags, { lines: 30 }),
    ...(examples.length === 0 ? [] : [section(`*Examples*\n${examples.join("\n")}`)]),
  ]);
}

/** Our own words in the type of code: `<` and `>` are no links there. */
function plainCode(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
