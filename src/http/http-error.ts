import { StoreUnavailableError, UserError } from "../core/errors.ts";
import type { UserErrorCode } from "../core/errors.ts";

/** Logs what went wrong and answers with the id under which the log has it. */
export type Report = (error: unknown, about: string) => string;

/** What an error answers over HTTP. */
export type HttpError = {
  status: number;
  code: string;
  message: string;
  headers?: Readonly<Record<string, string>>;
};

const statuses: Record<UserErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  full: 429,
  unavailable: 503,
};

/** An error as it may leave the hub: what was not written for callers is reported and named by its id alone. */
export function toHttpError(error: unknown, about: string, report: Report): HttpError {
  if (error instanceof UserError) {
    const { code, message } = error;
    const headers = code === "unauthenticated" ? { headers: challenge } : {};
    return { status: statuses[code], code, message, ...headers };
  }
  const id = report(error, about);
  if (error instanceof StoreUnavailableError) {
    const message =
      "Cannot record the request: the hub's disk takes no writes now. Nothing was done; try again shortly.";
    return { status: 503, code: "unavailable", message };
  }
  const message = `Cannot finish ${about}: internal error, see the hub's log with id ${id}.`;
  return { status: 500, code: "internal", message };
}

const challenge = { "www-authenticate": 'Bearer realm="thopter"' };

/** Errors are JSON on every route, and JSON-RPC where MCP clients expect it. */
export function errorResponse(path: string, error: HttpError): Response {
  const { status, code, message } = error;
  const body = isMcp(path)
    ? { jsonrpc: "2.0", error: { code: rpcCode(status), message }, id: null }
    : { error: { code, message } };
  return Response.json(body, { status, headers: { ...error.headers } });
}

export function isMcp(path: string): boolean {
  return path === "/mcp" || path.startsWith("/mcp/");
}

function rpcCode(status: number): number {
  if (status === 404) return -32001;
  return status >= 500 ? -32603 : -32000;
}
