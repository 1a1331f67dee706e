import { isRecord, parseJson, textOf, type Json } from "./json.ts";
import { refuseArguments } from "./reply.ts";

/** The arguments of one call, from JSON or a form; a form has its lists and objects as JSON text. */
export function readArguments(contentType: string, body: string): Json | undefined {
  if (contentType.startsWith("application/json")) {
    const parsed = body === "" ? {} : parseJson(body);
    return isRecord(parsed) ? parsed : undefined;
  }
  return Object.fromEntries(new URLSearchParams(body));
}

export function requiredText(args: Json, name: string): string {
  const value = textOf(args[name]);
  if (value === undefined) throw refuseArguments([`missing required field: ${name}`]);
  return value;
}

/** A list or an object; undefined where it is absent, "invalid" where it is no JSON. */
export function structured(args: Json, name: string): unknown {
  const value = args[name];
  if (typeof value !== "string") return value;
  return value === "" ? undefined : (parseJson(value) ?? "invalid");
}

export function flag(args: Json, name: string): boolean {
  return [true, "true", "1", 1].includes(args[name] as boolean | string | number);
}

type Page<T> = { items: T[]; cursor: string };

/** One page of a list, as `limit` and `cursor` ask. */
export function pageOf<T>(items: readonly T[], args: Json): Page<T> {
  const limit = Number(args["limit"] ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw refuseArguments(["invalid limit"], "invalid_limit");
  }
  const cursor = textOf(args["cursor"]);
  const from = cursor === undefined ? 0 : positionOf(cursor);
  if (!Number.isInteger(from) || from > items.length) {
    throw refuseArguments(["invalid cursor"], "invalid_cursor");
  }
  const next = from + limit;
  return { items: items.slice(from, next), cursor: next < items.length ? cursorAt(next) : "" };
}

const cursorAt = (position: number): string =>
  Buffer.from(`next:${String(position)}`).toString("base64");

function positionOf(cursor: string): number {
  const [, position = "?"] = /^next:(\d+)$/.exec(Buffer.from(cursor, "base64").toString()) ?? [];
  return Number(position);
}
