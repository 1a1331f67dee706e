import { z } from "zod";
import type { Origin, TextRequest } from "./requests.ts";

const id = z.string().min(1).max(100);
const teams = { team: id.optional(), user_team: id.optional(), source_team: id.optional() };

const text = z.object({
  team_id: id,
  event: z.object({
    ...teams,
    user: id.optional(),
    channel: id,
    channel_type: z.string().optional(),
    text: z.string().default(""),
    ts: z.string(),
    thread_ts: z.string().optional(),
    subtype: z.string().optional(),
    bot_id: z.string().optional(),
  }),
});

/** A mention or a direct message; undefined when it is none that a person wrote just now. */
export function readText(body: unknown): TextRequest | undefined {
  const { team_id: teamId, event } = text.parse(body);
  // Edits and joins have a subtype; whoever adds a file to what they write has written it.
  const isWritten = event.subtype === undefined || event.subtype === "file_share";
  if (event.user === undefined || event.bot_id !== undefined || !isWritten) return undefined;
  return {
    userId: event.user,
    teamIds: teamsOf(teamId, event),
    channel: event.channel,
    thread: event.thread_ts,
    // Slack may tell of the same words twice: as a mention and as a message.
    key: `slack:${event.channel}:${event.ts}`,
    text: event.text,
  };
}

const opened = z.object({
  team_id: id,
  event_id: z.string(),
  event: z.object({ ...teams, user: id, tab: z.string().default("home") }),
});

/** Someone opened App Home; undefined when they opened another tab of it. */
export function readHome(body: unknown): Origin | undefined {
  const { team_id: teamId, event_id: eventId, event } = opened.parse(body);
  if (event.tab !== "home") return undefined;
  return {
    userId: event.user,
    teamIds: teamsOf(teamId, event),
    channel: undefined,
    thread: undefined,
    key: `slack:${eventId}`,
  };
}

const changed = z.object({ team_id: id, event: z.object({ subteam_id: id }) });

export function readGroupChange(body: unknown): string {
  return changed.parse(body).event.subteam_id;
}

type Named = {
  team?: string | undefined;
  user_team?: string | undefined;
  source_team?: string | undefined;
};

function teamsOf(
  teamId: string,
  { team, user_team: ofUser, source_team: source }: Named,
): string[] {
  return [teamId, team, ofUser, source].filter((each) => each !== undefined);
}
