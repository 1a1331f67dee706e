import { UserError } from "../core/errors.ts";
import { requireOwn, requireRole } from "../core/permission.ts";
import type { TranscriptEntry } from "../core/ports/agent.ts";
import type {
  ConversationFleet,
  RestartAnswer,
  TranscriptAnswer,
} from "../core/ports/conversation.ts";
import { thopterCan } from "../core/thopter.ts";
import type { AgentState, Thopter } from "../core/thopter.ts";
import { longestToolText } from "../core/transcript-text.ts";
import { agentOf, boundedText, mustHaveMachine, reach } from "./access.ts";
import type { AgentWatch } from "./agent-watch.ts";
import { audited } from "./audit.ts";
import type { Directory } from "./directory.ts";
import type { FleetPorts } from "./ports.ts";
import type { Serially } from "./serially.ts";

const defaultBytes = 100_000;
const mostBytes = 1_000_000;
/** How long reading and restarting may take, in milliseconds. */
const readMs = 20_000;
const restartMs = 2 * 60_000;

type Parts = {
  ports: FleetPorts;
  directory: Directory;
  agentWatch: Pick<AgentWatch, "around">;
  serially: Serially;
};

/** An agent's conversation: reading it, and going on with it in a new program. */
export function createConversing(parts: Parts): ConversationFleet {
  const { ports, directory, agentWatch, serially } = parts;
  const { engine, clock } = ports;

  async function mustBeAtRest(id: string): Promise<Thopter> {
    const thopter = await directory.find(id);
    const [open] = await engine.list({
      thopterId: thopter.id,
      status: ["queued", "running"],
      limit: 1,
    });
    const why = open === undefined ? `it is ${thopter.status}` : `its ${open.kind} is under way`;
    if (open === undefined && thopterCan.tell(thopter)) return thopter;
    throw new UserError(
      `Cannot restart the agent of "${thopter.name}": ${why}. wait_for_thopters waits until it is ready.`,
      { code: "conflict" },
    );
  }

  async function restart(id: string, signal: AbortSignal): Promise<RestartAnswer> {
    const thopter = await mustBeAtRest(id);
    const agent = agentOf(ports, thopter);
    return agentWatch.around(thopter, async (over) => {
      const limited = AbortSignal.any([signal, over, AbortSignal.timeout(restartMs)]);
      await reach(ports, { thopter, signal: limited }, async (session) =>
        agent.restart(session, await ports.launchRequest(session, thopter), limited),
      ).catch((error: unknown) => {
        over.throwIfAborted();
        throw error;
      });
      const agentState: AgentState = { status: "starting", since: clock.now() };
      await engine.amend(id, ({ status }) => (status === "ready" ? { agentState } : undefined));
      return { thopterName: thopter.name, agentState };
    });
  }

  return {
    async restartAgent(caller, { thopter: nameOrId }, signal) {
      requireRole(caller, "operator", "restart an agent");
      const thopter = await directory.find(nameOrId);
      requireOwn(caller, thopter, "restart the agent of");
      return audited(ports, caller, {
        entry: { action: "restart", subject: thopter.id },
        work: () => serially(thopter.id, () => restart(thopter.id, signal)),
      });
    },
    async transcript(caller, request, signal) {
      requireRole(caller, "viewer", "read a thopter");
      const thopter = await directory.find(request.thopter);
      requireOwn(caller, thopter, "read the transcript of");
      return readTranscript(ports, thopter, { ...request, signal });
    },
  };
}

type Wish = {
  before?: string | undefined;
  maxBytes?: number | undefined;
  limit?: number | undefined;
  signal: AbortSignal;
};

/** A page of an agent's conversation as it may leave the hub. Who asks has the right to. */
export async function readTranscript(
  ports: FleetPorts,
  thopter: Thopter,
  { before, limit, signal, ...rest }: Wish,
): Promise<TranscriptAnswer> {
  mustHaveMachine(thopter, "read the transcript of");
  const maxBytes = Math.max(1, Math.min(rest.maxBytes ?? defaultBytes, mostBytes));
  const limited = AbortSignal.any([signal, AbortSignal.timeout(readMs)]);
  const request = {
    maxBytes,
    ...(before !== undefined && { before }),
    ...(limit !== undefined && { maxEntries: limit }),
  };
  const page = await reach(ports, { thopter, signal: limited }, (session) =>
    agentOf(ports, thopter).transcript(session, request, limited),
  );
  const entries = page.entries.map((entry) => shownEntry(ports, entry, maxBytes));
  return {
    thopterName: thopter.name,
    entries,
    ...(page.before !== undefined && { before: page.before }),
  };
}

function shownEntry(ports: FleetPorts, entry: TranscriptEntry, maxLength: number): TranscriptEntry {
  const limits =
    entry.role === "tool"
      ? ({ maxLength: Math.min(longestToolText, maxLength), keep: "start" } as const)
      : { maxLength };
  return { ...entry, text: boundedText(ports, entry.text, limits).text };
}
