import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import { UserError } from "../../src/core/errors.ts";
import type { Report } from "../define-tool.ts";
import { errorText } from "./error-text.ts";

/** Answers a request that is no tool call. What goes wrong becomes the protocol's own error. */
export async function inProtocol<T>(
  about: string,
  report: Report,
  answer: () => T | Promise<T>,
): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    throw new McpError(codeOf(error), errorText(error, about, report));
  }
}

function codeOf(error: unknown): ErrorCode {
  if (!(error instanceof UserError)) return ErrorCode.InternalError;
  return error.code === "invalid" || error.code === "not_found"
    ? ErrorCode.InvalidParams
    : ErrorCode.InvalidRequest;
}
