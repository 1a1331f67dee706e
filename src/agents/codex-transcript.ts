import { UserError } from "../core/errors.ts";
import type { AgentSession, TranscriptPage, TranscriptRequest } from "../core/ports/agent.ts";
import { findCodexConversation } from "./codex-conversation.ts";
import { parseCodexLine } from "./codex-record.ts";
import { openTranscript, readPage } from "./transcript-file.ts";

const mostEntries = 1000;

/**
 * A page of the conversation that Codex keeps in its home. `conversation` is the one that its hooks
 * told of; without it the newest is read.
 */
export async function readCodexTranscript(
  session: AgentSession,
  { before, maxBytes, ...rest }: TranscriptRequest & { conversation: string | undefined },
  signal: AbortSignal,
): Promise<TranscriptPage> {
  const cursor = before === undefined ? undefined : parseCursor(before);
  const wanted = cursor?.id ?? rest.conversation;
  const found = await findCodexConversation(session, wanted, signal);
  if (cursor !== undefined && found?.id !== cursor.id) throw noSuchPage();
  if (found === undefined) return { entries: [] };
  const request = {
    end: cursor?.end,
    maxBytes,
    maxEntries: rest.maxEntries ?? mostEntries,
    parse: parseCodexLine,
  };
  const page = await readPage(openTranscript(session, found.path), request, signal);
  const { entries } = page;
  return { entries, ...(page.before !== undefined && { before: `${found.id}.${page.before}` }) };
}

function parseCursor(text: string): { id: string; end: number } {
  const [, id, end] = /^([0-9a-f-]{36})\.(\d{1,15})$/.exec(text) ?? [];
  if (id === undefined) throw noSuchPage();
  return { id, end: Number(end) };
}

function noSuchPage(): UserError {
  return new UserError(
    "Cannot read that page of the transcript: there is none of that name. Leave it out to read the newest page.",
  );
}
