import type { HubClient } from "../hub-client.ts";
import type { Terminal } from "../terminal.ts";
import type { Claims } from "./claims.ts";
import type { McpSession } from "./mcp-session.ts";
import type { Place } from "./place.ts";

/** What the acts of the demo play with. */
export type Stage = {
  terminal: Terminal;
  signal: AbortSignal;
  claims: Claims;
  directory: string;
  dataDirectory: string;
  repository: string;
  /** Where its machines come from. */
  place: Place;
  /** The person's way to the hub, and the coding agent's. */
  person: HubClient;
  agent: McpSession;
};
