import { withCard } from "./alongside.ts";
import type { Ask } from "./ask.ts";
import { ids } from "./blocks/actions.ts";
import { namedOrImplied } from "./choose/find.ts";
import { findOperation } from "./choose/operation.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";

const usage = "retry <name or operation>";

/** Its card says the rest to everyone. */
async function retry(ports: CommandPorts, ask: Ask, nameOrId: string): Promise<void> {
  const { id } = await findOperation(ports, ask, nameOrId);
  const again = await ports.fleet.retryOperation(ask.caller, id, withCard(ports, ask));
  await ports.cards.follow(ask, { operationIds: [again.id] });
}

/** `retry`: asks again for what failed or was canceled. */
export const retryFeature = defineCommand({
  command: {
    name: "retry",
    summary: "ask again for what failed or was canceled",
    usage,
    examples: ["retry amber-falcon"],
    flags: {},
    takes: "names",
    run: (ports, ask, typed) => retry(ports, ask, namedOrImplied(ask, typed, usage)),
  },
  buttons: [{ id: ids.retry, run: (ports, press) => retry(ports, press, press.value) }],
});
