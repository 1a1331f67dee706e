import type { Json } from "./json.ts";

/** Where the app listens: one address for all, or one for each kind. */
export type RequestUrls = { commands: string; interactions: string; events: string };

/** A request as it goes out, so that it can be sent again as it was. */
export type SentRequest = { url: string; headers: Record<string, string>; body: string };

/** What came back for one. */
export type RawAnswer = { status: number; body: string; headers: Headers };

export type Outgoing = {
  kind: "slash_commands" | "interactive" | "events_api";
  payload: Json;
  /** Whether an answer may say something. */
  accepts: boolean;
  retry?: { attempt: number; reason: string };
};

export type Outcome =
  | { status: "acknowledged"; body: Json | undefined }
  | {
      status: "failed";
      reason: "http_timeout" | "http_error" | "connection_failed";
      mayRetry: boolean;
      httpStatus?: number;
      why?: string;
    };

/** Something Slack sent to the app, and how the app took it. */
export type Delivery = Outgoing & {
  at: number;
  /** Milliseconds until it was acknowledged, also after Slack had given up waiting. */
  ackMs: number | undefined;
  outcome: Outcome;
  /** What went over HTTP, to be sent again. */
  request: SentRequest | undefined;
};
