import { UserError } from "../src/core/errors.ts";
import { operationIs } from "../src/core/operation.ts";
import type { Ask } from "./ask.ts";
import { ids } from "./blocks/actions.ts";
import { message } from "./blocks/elements.ts";
import { quoted } from "./blocks/text.ts";
import { reasonWords } from "./choose/destroying.ts";
import { flagText, namedOrImplied } from "./choose/find.ts";
import { findOperation } from "./choose/operation.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";

const usage = "cancel <name or operation>";

type Wanted = { nameOrId: string; reason: string };

async function cancel(ports: CommandPorts, ask: Ask, wanted: Wanted): Promise<void> {
  const operation = await findOperation(ports, ask, wanted.nameOrId);
  const { id, kind, thopterName, status } = operation;
  if (operationIs.finished(operation)) {
    throw new UserError(
      `Cannot cancel the ${kind} of "${thopterName}": it is ${status} already. Nothing else of it is under way.`,
      { code: "conflict" },
    );
  }
  const canceled = await ports.fleet.cancelOperation(ask.caller, { id, reason: wanted.reason });
  const name = quoted(thopterName, 60);
  const words =
    canceled.status === "canceled"
      ? `The ${kind} of *${name}* is canceled.`
      : `The ${kind} of *${name}* is being canceled: it lets go of what it does.`;
  await ask.whisper(message(words));
}

/** `cancel`: stops what waits or runs. */
export const cancelFeature = defineCommand({
  command: {
    name: "cancel",
    summary: "cancel what waits or runs for a thopter",
    usage,
    examples: ["cancel amber-falcon", "cancel amber-falcon --reason no longer needed"],
    flags: { reason: { takes: "rest", words: reasonWords } },
    takes: "names",
    run: (ports, ask, typed) =>
      cancel(ports, ask, {
        nameOrId: namedOrImplied(ask, typed, usage),
        reason: flagText(typed, "reason") ?? "asked in Slack",
      }),
  },
  buttons: [
    {
      id: ids.cancel,
      run: (ports, press) =>
        cancel(ports, press, { nameOrId: press.value, reason: "asked in Slack" }),
    },
  ],
});
