import { ProviderError, type ProviderErrorKind } from "../../core/errors.ts";

/** Why Fly did not do what was asked. */
export type FlyReason =
  | "region_full"
  | "host_full"
  | "volume_host_full"
  | "quota"
  | "lease_held"
  | "version_conflict"
  | "name_taken"
  | "volume_taken"
  | "precondition"
  | "not_found"
  | "no_app"
  | "rate_limit"
  | "unauthorized"
  | "forbidden"
  | "invalid"
  | "timeout"
  | "unavailable"
  | "unreachable"
  | "unreadable";

const rules: Readonly<Record<FlyReason, { kind: ProviderErrorKind; words: string }>> = {
  region_full: {
    kind: "capacity",
    words: "its region has no room for this size. Add a region to FLY_REGION, or wait.",
  },
  host_full: {
    kind: "capacity",
    words: "the chosen host has no room for this size. Wait, or add a region to FLY_REGION.",
  },
  volume_host_full: {
    kind: "capacity",
    words: "the host of its volume has no room for it. Wait, or add a region to FLY_REGION.",
  },
  quota: {
    kind: "capacity",
    words: "the organisation is at its quota. Destroy something, or have Fly raise it.",
  },
  lease_held: {
    kind: "transient",
    words: "someone else holds its lease. See who works on it at Fly, or wait until it ends.",
  },
  version_conflict: { kind: "transient", words: "it was changed at the same time" },
  name_taken: {
    kind: "transient",
    words: "its name is taken, by one that Fly does not show yet. Wait, or look at it at Fly.",
  },
  volume_taken: { kind: "transient", words: "its volume is attached to another machine" },
  precondition: { kind: "transient", words: "its state does not allow that now" },
  not_found: { kind: "not_found", words: "it does not exist, or it was destroyed" },
  no_app: { kind: "permanent", words: "there is no such app. Put the right one into FLY_APP." },
  rate_limit: {
    kind: "rate_limit",
    words: "too many requests to Fly. See what else works on this app, and try again.",
  },
  unauthorized: {
    kind: "auth",
    words: "Fly does not accept the token. Put a valid one into FLY_API_TOKEN.",
  },
  forbidden: {
    kind: "auth",
    words: "the token may not do that. Look at FLY_APP and what FLY_API_TOKEN may do.",
  },
  invalid: { kind: "permanent", words: "Fly does not accept the request" },
  timeout: { kind: "transient", words: "Fly did not finish in time" },
  unavailable: {
    kind: "transient",
    words: "Fly has a fault. See https://status.flyio.net, and try again.",
  },
  unreachable: {
    kind: "transient",
    words: "Fly could not be reached. Look at the network of this machine, and try again.",
  },
  unreadable: { kind: "transient", words: "Fly answered something that is not understood" },
};

/** Fly said no, or nothing. `isAmbiguous` when it may have been done all the same. */
export class FlyError extends ProviderError {
  override name = "FlyError";
  readonly reason: FlyReason;

  constructor(doing: string, options: FlyErrorOptions) {
    const { reason, requestId, cause, retryAfterMs } = options;
    const { kind, words } = rules[reason];
    const request = requestId === undefined ? "" : ` (Fly request ${requestId})`;
    super(`Cannot ${doing}: ${words}${request}`, {
      kind,
      ...(cause === undefined ? {} : { cause }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    this.reason = reason;
  }

  /** Whether what was asked may have been done, or may yet be. */
  get isAmbiguous(): boolean {
    return ["timeout", "unavailable", "unreachable", "unreadable", "rate_limit"].includes(
      this.reason,
    );
  }
}
type FlyErrorOptions = {
  reason: FlyReason;
  requestId?: string | undefined;
  cause?: unknown;
  retryAfterMs?: number | undefined;
};

export function hasReason(error: unknown, ...reasons: FlyReason[]): error is FlyError {
  return error instanceof FlyError && reasons.includes(error.reason);
}
