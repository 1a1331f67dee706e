import { UserError } from "../core/errors.ts";
import type {
  AgentSession,
  TranscriptEntry,
  TranscriptPage,
  TranscriptRequest,
} from "../core/ports/agent.ts";
import {
  findConversation,
  isConversationId,
  type ConversationFile,
  type ConversationPlace,
} from "./conversation-file.ts";
import { openTranscript, readPage } from "./transcript-file.ts";

/** How an agent keeps its conversations: where, and what a line says; nothing where it makes no sense. */
export type ConversationRecord = ConversationPlace & { parse(line: string): TranscriptEntry[] };

export type Conversations = {
  /** A page of the conversation that the agent reported; of the newest where it reported none. */
  readTranscript(
    session: AgentSession,
    request: TranscriptRequest & { conversation: string | undefined },
    signal: AbortSignal,
  ): Promise<TranscriptPage>;
  /**
   * The conversation to go on with: the one that the agent reported, else the newest. "missing" where
   * the one that it reported is not there, "none" where nothing was said yet.
   */
  toResume(
    session: AgentSession,
    wanted: string | undefined,
    signal: AbortSignal,
  ): Promise<{ id: string } | "missing" | "none">;
};

const mostEntries = 1000;

/** The conversations that an agent keeps in the home of its machine. */
export function createConversations(record: ConversationRecord): Conversations {
  const { parse } = record;

  function find(
    session: AgentSession,
    wanted: string | undefined,
    signal: AbortSignal,
  ): Promise<ConversationFile | undefined> {
    return findConversation(session, { place: record, wanted }, signal);
  }

  return {
    async readTranscript(session, { before, maxBytes, ...rest }, signal) {
      const cursor = before === undefined ? undefined : parseCursor(before);
      const found = await find(session, cursor?.id ?? rest.conversation, signal);
      if (cursor !== undefined && found?.id !== cursor.id) throw noSuchPage();
      if (found === undefined) return { entries: [] };
      const maxEntries = rest.maxEntries ?? mostEntries;
      const request = { end: cursor?.end, maxBytes, maxEntries, parse };
      const page = await readPage(openTranscript(session, found.path), request, signal);
      const { entries } = page;
      return {
        entries,
        ...(page.before !== undefined && { before: `${found.id}.${page.before}` }),
      };
    },
    async toResume(session, wanted, signal) {
      const found = await find(session, wanted, signal);
      if (wanted !== undefined && found?.id !== wanted) return "missing";
      if (found === undefined) return "none";
      const newest = { end: undefined, maxBytes: 1, maxEntries: 1, parse };
      const { entries } = await readPage(openTranscript(session, found.path), newest, signal);
      return entries.length === 0 ? "none" : { id: found.id };
    },
  };
}

function parseCursor(text: string): { id: string; end: number } {
  const [, id = "", end] = /^([0-9a-f-]{36})\.(\d{1,15})$/.exec(text) ?? [];
  if (!isConversationId(id)) throw noSuchPage();
  return { id, end: Number(end) };
}

function noSuchPage(): UserError {
  return new UserError(
    "Cannot read that page of the transcript: there is none of that name. Leave it out to read the newest page.",
  );
}
