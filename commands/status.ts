import type { Ask } from "./ask.ts";
import { again, ids } from "./blocks/actions.ts";
import { statusMessage } from "./blocks/status.ts";
import { thopterMessage } from "./blocks/thopter.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";
import type { Message } from "./message.ts";

async function fleetNow(ports: CommandPorts, ask: Ask): Promise<Message> {
  const status = await ports.fleet.status(ask.caller);
  const approvals =
    status.pendingApprovals === 0
      ? []
      : await ports.fleet.listApprovals(ask.caller, { pendingOnly: true });
  return statusMessage(status, approvals);
}

async function thopterNow(ports: CommandPorts, ask: Ask, nameOrId: string): Promise<Message> {
  const thopter = await ports.fleet.getThopter(ask.caller, nameOrId);
  const open = thopter.operation;
  const operation =
    open === undefined ? undefined : await ports.fleet.getOperation(ask.caller, open.id);
  return thopterMessage(thopter, { now: ports.clock.now(), operation });
}

/** `status`: what the hub does and why anything waits, or all about one thopter. */
export const statusFeature = defineCommand({
  command: {
    name: "status",
    summary: "show what runs, what waits and why, or all about one thopter",
    usage: "status [name]",
    examples: ["status", "status amber-falcon"],
    flags: {},
    takes: "names",
    async run(ports, ask, typed) {
      const name = typed.words[0] ?? ask.threadThopter;
      await ask.whisper(
        name === undefined ? await fleetNow(ports, ask) : await thopterNow(ports, ask, name),
      );
    },
  },
  buttons: [
    {
      id: ids.status,
      async run(ports, press) {
        const shown = await fleetNow(ports, press);
        await (press.value === again ? press.replace(shown) : press.whisper(shown));
      },
    },
    {
      id: ids.show,
      run: async (ports, press) => press.whisper(await thopterNow(ports, press, press.value)),
    },
  ],
});
