import type { ReadAnswer } from "../../src/core/ports/reading.ts";
import type { Ask, Press } from "../ask.ts";
import { again } from "../blocks/actions.ts";
import { readingMessage, shownOf } from "../blocks/reading.ts";
import type { Shown } from "../blocks/reading.ts";
import type { CommandPorts } from "../command-ports.ts";
import { defineCommand } from "../define-command.ts";
import type { Feature } from "../define-command.ts";
import type { Message } from "../message.ts";
import { findThopter, namedOrImplied } from "./find.ts";

/** A subcommand, and a button, that show something of a thopter to whoever asks, and to them alone. */
export function readingFeature(what: Shown, about: { id: string; summary: string }): Feature {
  const usage = `${what} <name>`;

  async function read(ports: CommandPorts, ask: Ask, nameOrId: string): Promise<Message> {
    const request = { thopter: nameOrId, what, maxBytes: shownOf[what] * 4 };
    const answer = await ports.fleet.read(ask.caller, request, ask.signal);
    const shown: ReadAnswer & { what: Shown } = { ...answer, what };
    const thopter =
      what === "diff"
        ? await ports.fleet.getThopter(ask.caller, nameOrId)
        : await findThopter(ports, ask, nameOrId);
    return readingMessage(shown, thopter);
  }

  async function press(ports: CommandPorts, pressed: Press): Promise<void> {
    const [id = "", mark] = pressed.value.split("|");
    const shown = await read(ports, pressed, id);
    await (mark === again ? pressed.replace(shown) : pressed.whisper(shown));
  }

  return defineCommand({
    command: {
      name: what,
      summary: about.summary,
      usage,
      examples: [`${what} amber-falcon`],
      flags: {},
      takes: "names",
      run: async (ports, ask, typed) =>
        ask.whisper(await read(ports, ask, namedOrImplied(ask, typed, usage))),
    },
    buttons: [{ id: about.id, run: press }],
  });
}
