import type { Json } from "./json.ts";

/** What a method answers. A text stands in for the JSON where it is given. */
export type Reply = {
  status: number;
  body: Json;
  text?: string;
  headers?: Record<string, string>;
};

/** An answer that is thrown from inside a rule. */
export class SlackRefusal extends Error {
  override name = "SlackRefusal";
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`the simulator answers ${String(reply.body["error"])}`);
    this.reply = reply;
  }
}

/** Refuses as Slack does: with 200 and a code for the reason. */
export function refuse(error: string, more: Json = {}): SlackRefusal {
  return new SlackRefusal({ status: 200, body: { ok: false, error, ...more } });
}

/** Refuses with sentences that say what is wrong with the arguments. */
export function refuseArguments(
  messages: readonly string[],
  error = "invalid_arguments",
): SlackRefusal {
  const shown = messages.map((message) => `[ERROR] ${message}`);
  return refuse(error, { response_metadata: { messages: shown } });
}

export function refuseRate(retryAfterSeconds: number): SlackRefusal {
  const headers = { "retry-after": String(retryAfterSeconds) };
  return new SlackRefusal({ status: 429, body: { ok: false, error: "ratelimited" }, headers });
}
