import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { z } from "zod";
import { messageOf } from "../../src/core/errors.ts";
import { isNotSent } from "./patiently.ts";

/** Why the hub did not take a message, and what to do, in words for the client. */
export function failureWords(error: unknown, url: string): string {
  if (isNotSent(error)) {
    return `Cannot reach the hub at "${url}": nobody answers there. Start it with "thopter start", or set THOPTER_URL to where it is; then call again. Nothing was done.`;
  }
  if (error instanceof StreamableHTTPError) return refusalWords(error);
  const reason = messageOf(error);
  return `Cannot tell whether the hub at "${url}" took the call: ${reason}. list_operations shows what was accepted; then call again if need be.`;
}

function refusalWords({ code, message }: StreamableHTTPError): string {
  const words = hubWords(message) ?? `it answered with status ${String(code)}.`;
  return code === 401
    ? `The hub refuses the token: ${words} Set THOPTER_TOKEN to a token that counts, then start this server again.`
    : `The hub refuses the call: ${words}`;
}

const errorSchema = z.object({ error: z.object({ message: z.string() }) });

/** The hub's own words, which the SDK hands on as the JSON text of an error. */
function hubWords(message: string): string | undefined {
  const start = message.indexOf("{");
  if (start < 0) return undefined;
  try {
    return errorSchema.safeParse(JSON.parse(message.slice(start))).data?.error.message;
  } catch {
    // Not the hub's words but a proxy's: they are not passed on.
    return undefined;
  }
}
