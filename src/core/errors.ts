/** Something a person can fix. Its text may be shown to anyone who may see the request. */
export class UserError extends Error {
  override name = "UserError";
  readonly code: UserErrorCode;

  constructor(message: string, options: { code?: UserErrorCode; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = options.code ?? "invalid";
  }
}

export const userErrorCodes = [
  "invalid",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "full",
  "unavailable",
] as const;
export type UserErrorCode = (typeof userErrorCodes)[number];

export type ProviderErrorKind =
  | "transient"
  | "remote"
  | "capacity"
  | "not_found"
  | "rate_limit"
  | "auth"
  | "permanent";

/**
 * A machine, shell or agent did not do what was asked. Only `transient` counts for a breaker: that a
 * `remote` beyond the machine, such as a git host, does not answer is no fault of the provider.
 */
export class ProviderError extends Error {
  override name = "ProviderError";
  readonly kind: ProviderErrorKind;
  readonly retryable: boolean;
  /** Wait at least this long before the next attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: { kind: ProviderErrorKind; cause?: unknown; retryAfterMs?: number },
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = options.kind;
    this.retryable = ["transient", "remote", "capacity", "rate_limit"].includes(options.kind);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Unsaved work includes files that no push brings along and that are too large to be kept here. */
export class LargeFilesError extends ProviderError {
  override name = "LargeFilesError";
}

/** A write named a version that is no longer the newest: someone else changed the record. */
export class StaleWriteError extends Error {
  override name = "StaleWriteError";
}

/** The disk does not take writes now. Nothing was acknowledged; the hub recovers by itself. */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
}

export function isRetryable(error: unknown): boolean {
  return error instanceof ProviderError && error.retryable;
}

export function isTransient(error: unknown): boolean {
  return error instanceof ProviderError && error.kind === "transient";
}

/** What an error says; anything can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The messages of an error and its causes, outermost first, at most ten. */
export function causesOf(error: unknown): string[] {
  const messages: string[] = [];
  let current: unknown = error;
  while (current !== undefined && current !== null && messages.length < 10) {
    messages.push(messageOf(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return messages;
}
