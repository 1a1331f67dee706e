import type { FlyReason } from "./fly-error.ts";

/** Codes that Fly gives beside the text: they decide before any text does. */
const byCode: Readonly<Record<string, FlyReason>> = {
  insufficient_capacity: "region_full",
  volume_placement_capacity: "volume_host_full",
  name_taken: "name_taken",
};

/** Texts that were seen where Fly gives no code; in this order. */
const byText: readonly (readonly [RegExp, FlyReason])[] = [
  [/quota/i, "quota"],
  [/could not reserve resource|current host/i, "host_full"],
  [/no capacity|insufficient (resources|capacity)/i, "region_full"],
  [/unique machine name/i, "name_taken"],
  [/concurrent update|current_version/i, "version_conflict"],
  [/lease/i, "lease_held"],
  [/volume.*attached/i, "volume_taken"],
];

const byStatus: Readonly<Record<number, FlyReason>> = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  408: "timeout",
  409: "version_conflict",
  412: "precondition",
  422: "invalid",
  429: "rate_limit",
};

/** The reason behind an answer that is no success. */
export function classify(
  status: number,
  body: { code?: string | undefined; text: string },
): FlyReason {
  if (status >= 500) return "unavailable";
  const coded = byCode[body.code ?? ""];
  if (coded !== undefined) return coded;
  // Else each machine of an app that is not there would be taken for gone.
  if (status === 404 && /\bapp\b/i.test(body.text)) return "no_app";
  const speaks = [400, 403, 409, 412, 422].includes(status);
  const told = speaks ? byText.find(([pattern]) => pattern.test(body.text)) : undefined;
  return told?.[1] ?? byStatus[status] ?? "invalid";
}
