/** What the API answers: JSON, or plain text where `text` is given. */
export type Reply = {
  status: number;
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
};

/** An answer that is thrown from inside a rule. */
export class FlyRefusal extends Error {
  override name = "FlyRefusal";
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`the simulator answers ${reply.status}`);
    this.reply = reply;
  }
}

/** Refuses as Fly does: `{"error": ..., "status": ...}`, the latter only where Fly has a code for it. */
export function refuse(status: number, error: string, code?: string): FlyRefusal {
  return new FlyRefusal({ status, body: code === undefined ? { error } : { error, status: code } });
}

export const noContent: Reply = { status: 204 };
export const fine: Reply = { status: 200, body: { ok: true } };
