import { actorKey } from "../core/actor.ts";
import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requireOwn, requirePerson, requireRole } from "../core/permission.ts";
import type { AgentSession } from "../core/ports/agent.ts";
import type { TerminalFleet, TerminalSize } from "../core/ports/terminal.ts";
import { terminalLines } from "../core/terminal-line.ts";
import { thopterCan } from "../core/thopter.ts";
import type { Thopter } from "../core/thopter.ts";
import { reach } from "./access.ts";
import { auditWrite } from "./audit.ts";
import type { Directory } from "./directory.ts";
import type { FleetPorts } from "./ports.ts";

/** How long a look waits for a change, in milliseconds. */
const lookMs = 10_000;
const actMs = 20_000;
/** Nobody looks any more: the terminal is given back. */
const lostMs = 60_000;
/** Somebody looks and types nothing. */
const idleMs = 30 * 60_000;
const mostAttached = 50;
const mostOfPerson = 10;
const mostTyped = 8192;
/** The size that agents' terminals begin with. */
const plainSize: TerminalSize = { columns: 200, rows: 50 };

type Attachment = {
  id: string;
  thopterId: string;
  by: string;
  typedAt: number;
  size: TerminalSize;
  cancelTimer: () => void;
};
type Parts = { ports: FleetPorts; directory: Directory };

/** A person at an agent's terminal: pictures out, bytes in, nothing that the program says steers theirs. */
export function createAttaching({ ports, directory }: Parts): TerminalFleet & { stop(): void } {
  const { clock, terminals, store } = ports;
  const attached = new Map<string, Attachment>();

  async function mustOwn(caller: Caller, nameOrId: string): Promise<Thopter> {
    requireRole(caller, "operator", "attach to a thopter");
    requirePerson(caller, "attach to a thopter");
    const thopter = await directory.find(nameOrId);
    requireOwn(caller, thopter, "attach to");
    if (thopterCan.tell(thopter)) return thopter;
    throw new UserError(`Cannot attach to "${thopter.name}": it is ${thopter.status}.`, {
      code: "conflict",
    });
  }

  /** Each call is judged anew: a role, an owner or a thopter may have changed since. */
  async function mustHold(
    caller: Caller,
    id: string,
  ): Promise<{ attachment: Attachment; thopter: Thopter }> {
    requireRole(caller, "operator", "attach to a thopter");
    requirePerson(caller, "attach to a thopter");
    const attachment = attached.get(id);
    if (attachment === undefined || attachment.by !== actorKey(caller.actor)) throw ended();
    const thopter = await mustOwn(caller, attachment.thopterId);
    if (clock.now() - attachment.typedAt < idleMs) return { attachment, thopter };
    await letGo(attachment, thopter);
    throw ended();
  }

  async function act<T>(
    thopter: Thopter,
    signal: AbortSignal,
    work: (session: AgentSession, limited: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(actMs)]);
    return reach(ports, { thopter, signal: limited }, (session) => work(session, limited));
  }

  async function letGo(attachment: Attachment, thopter: Thopter): Promise<void> {
    attachment.cancelTimer();
    attached.delete(attachment.id);
    const others = [...attached.values()].some((one) => one.thopterId === thopter.id);
    if (others) return;
    await act(thopter, new AbortController().signal, (session, limited) =>
      terminals.resize(session, plainSize, limited),
    );
  }

  async function forget(attachment: Attachment): Promise<void> {
    attached.delete(attachment.id);
    const thopters = await ports.engine.thopters();
    const thopter = thopters.find(({ id }) => id === attachment.thopterId);
    if (thopter?.status === "ready") await letGo(attachment, thopter);
  }

  function watchOver(attachment: Attachment): void {
    attachment.cancelTimer();
    attachment.cancelTimer = clock.after(lostMs, () => {
      forget(attachment).catch((error: unknown) => ports.report(error, "leaving a terminal"));
    });
  }

  async function audit(caller: Caller, action: string, thopter: Thopter): Promise<void> {
    const entry = { action, subject: thopter.id, outcome: "succeeded" } as const;
    await store.commit([auditWrite(ports, caller, entry)]);
  }

  return {
    async attach(caller, { thopter: nameOrId, columns, rows }, signal) {
      const thopter = await mustOwn(caller, nameOrId);
      const by = actorKey(caller.actor);
      const own = [...attached.values()].filter((one) => one.by === by).length;
      if (own >= mostOfPerson) throw tooMany("you are", own);
      if (attached.size >= mostAttached) throw tooMany("people are", attached.size);
      const size = { columns, rows };
      await act(thopter, signal, (session, limited) => terminals.resize(session, size, limited));
      const attachment: Attachment = {
        id: ports.newSecret(),
        thopterId: thopter.id,
        by,
        typedAt: clock.now(),
        size,
        cancelTimer: () => undefined,
      };
      attached.set(attachment.id, attachment);
      watchOver(attachment);
      await audit(caller, "attach", thopter);
      return { id: attachment.id, thopterName: thopter.name };
    },
    async lookAtTerminal(caller, { id, known, columns, rows }, signal) {
      const { attachment, thopter } = await mustHold(caller, id);
      watchOver(attachment);
      const { size: before } = attachment;
      const isResized = columns !== before.columns || rows !== before.rows;
      const size = { columns, rows };
      attachment.size = size;
      const picture = await act(thopter, signal, async (session, limited) => {
        if (isResized) await terminals.resize(session, size, limited);
        return terminals.look(session, { known, waitMs: lookMs }, limited);
      });
      return { ...picture, lines: terminalLines(picture.lines, ports.redact) };
    },
    async typeIntoTerminal(caller, { id, data }, signal) {
      const { attachment, thopter } = await mustHold(caller, id);
      const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
      if (bytes.length === 0 || bytes.length > mostTyped) {
        throw new UserError(
          `Cannot type ${bytes.length} bytes at once: ${mostTyped} are the most.`,
        );
      }
      attachment.typedAt = clock.now();
      watchOver(attachment);
      await act(thopter, signal, (session, limited) => terminals.type(session, bytes, limited));
      return { typed: bytes.length };
    },
    async detach(caller, id) {
      const { attachment, thopter } = await mustHold(caller, id);
      await letGo(attachment, thopter);
      await audit(caller, "detach", thopter);
      return { thopterName: thopter.name };
    },
    stop() {
      for (const { cancelTimer } of attached.values()) cancelTimer();
      attached.clear();
    },
  };
}

function ended(): UserError {
  return new UserError(
    "Cannot go on at this terminal: nobody looked or typed for a while, or the hub has restarted. Attach again.",
    { code: "not_found" },
  );
}

function tooMany(who: string, count: number): UserError {
  return new UserError(
    `Cannot attach: ${who} attached ${count} times already. Detach one, or try again later.`,
    { code: "full" },
  );
}
