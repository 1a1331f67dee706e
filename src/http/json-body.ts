import type { HttpError } from "./http-error.ts";

const usualMaxBytes = 1024 * 1024;

const tooLarge = (maxBytes: number): HttpError => ({
  status: 413,
  code: "invalid",
  message: `Cannot take the request: its body is larger than ${String(maxBytes)} bytes. Send less.`,
});

export type JsonBody = { ok: true; value: unknown } | { ok: false; error: HttpError };

/** Reads a request's body as JSON, and no more of it than allowed. */
export async function readJson(request: Request, maxBytes = usualMaxBytes): Promise<JsonBody> {
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > maxBytes) return { ok: false, error: tooLarge(maxBytes) };
  const bytes = await readBytes(request, maxBytes);
  if (bytes === undefined) return { ok: false, error: tooLarge(maxBytes) };
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return { ok: true, value };
  } catch {
    return { ok: false, error: notJson };
  }
}

const notJson: HttpError = {
  status: 400,
  code: "invalid",
  message: "Cannot read the request: its body is not JSON.",
};

/** Undefined when there are more than allowed. */
async function readBytes({ body }: Request, mostBytes: number): Promise<Uint8Array | undefined> {
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    size += value.byteLength;
    if (size > mostBytes) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
}
