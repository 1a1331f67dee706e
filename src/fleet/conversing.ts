import { requireOwn, requireRole } from "../core/permission.ts";
import type { TranscriptEntry } from "../core/ports/agent.ts";
import type { ConversationFleet, TranscriptAnswer } from "../core/ports/conversation.ts";
import type { Thopter } from "../core/thopter.ts";
import { longestToolText } from "../core/transcript-text.ts";
import { agentOf, boundedText, mustHaveMachine, reach } from "./access.ts";
import type { Directory } from "./directory.ts";
import type { FleetPorts } from "./ports.ts";

const defaultBytes = 100_000;
const mostBytes = 1_000_000;
/** How long reading may take, in milliseconds. */
const readMs = 20_000;

/** Reading an agent's conversation. */
export function createConversing({
  ports,
  directory,
}: {
  ports: FleetPorts;
  directory: Directory;
}): Pick<ConversationFleet, "transcript"> {
  return {
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
