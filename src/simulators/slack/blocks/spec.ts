/** What a value must be. The tables are made of these; `interpret.ts` reads them. */
export type Spec = { optional?: true } & (
  | { kind: "string"; min: number; max: number; form?: Form }
  | { kind: "choice"; values: readonly (string | number)[] }
  | { kind: "number"; min?: number; max?: number; whole: boolean }
  | { kind: "boolean" }
  /** A `plain_text` or `mrkdwn` object whose text has 1 to `max` characters. */
  | { kind: "text"; types: readonly TextType[]; max: number }
  | { kind: "list"; of: Spec; min: number; max: number }
  | { kind: "object"; shape: Shape }
  /** An object that its `type` describes: one of the tables of blocks and elements. */
  | { kind: "typed"; noun: Noun; among: readonly string[] }
  /** Anything: Slack reads it elsewhere, or nobody says how. */
  | { kind: "any" }
);

export type Shape = {
  /** How messages call it. */
  name: string;
  fields: Readonly<Record<string, Spec>>;
  /** Fields of which some must be there. */
  oneOf?: { fields: readonly string[]; how: "at least one" | "exactly one" };
  /** Slack takes fields that nobody has described, as in attachments. */
  open?: true;
  rules?: readonly Rule[];
};

/** A rule that spans fields. It sees what was sent, so it must trust no type. */
export type Rule = (value: Record<string, unknown>, report: Report) => void;
/** `path` is a JSON pointer below the value, such as `/rows/0`, or "" for the value itself. */
export type Report = (path: string, message: string) => void;

export type TextType = "plain_text" | "mrkdwn";
export type Noun = "block" | "element" | "cell";
export type Form = keyof typeof forms;

export const forms = {
  "web address": /^https?:\/\/[^\s/]+\S*$/i,
  "https address": /^https:\/\/[^\s/]+\S*$/i,
  URL: /^[a-z][a-z0-9+.-]*:\S+$/i,
  "date (YYYY-MM-DD)": /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  "time (HH:mm)": /^([01]\d|2[0-3]):[0-5]\d$/,
  number: /^-?\d+(\.\d+)?$/,
  timestamp: /^\d{1,12}\.\d{1,9}$/,
  "hex colour": /^#[0-9a-f]{6}$/i,
} as const;

/** A string of 1 to `max` characters, in UTF-16 units. */
export const string = (max: number, form?: Form): Spec =>
  form === undefined ? { kind: "string", min: 1, max } : { kind: "string", min: 1, max, form };
/** A string that may be empty. */
export const freeString = (max: number): Spec => ({ kind: "string", min: 0, max });
export const choice = (...values: (string | number)[]): Spec => ({ kind: "choice", values });
export const whole = (min: number, max: number): Spec => ({
  kind: "number",
  min,
  max,
  whole: true,
});
export const number: Spec = { kind: "number", whole: false };
export const boolean: Spec = { kind: "boolean" };
export const any: Spec = { kind: "any" };
export const plainText = (max: number): Spec => ({ kind: "text", types: ["plain_text"], max });
export const mrkdwn = (max: number): Spec => ({ kind: "text", types: ["mrkdwn"], max });
export const anyText = (max: number): Spec => ({
  kind: "text",
  types: ["plain_text", "mrkdwn"],
  max,
});
export const list = (of: Spec, min: number, max: number): Spec => ({ kind: "list", of, min, max });
export const object = (shape: Shape): Spec => ({ kind: "object", shape });
export const block = (...among: string[]): Spec => ({ kind: "typed", noun: "block", among });
export const element = (...among: string[]): Spec => ({ kind: "typed", noun: "element", among });
export const cell = (...among: string[]): Spec => ({ kind: "typed", noun: "cell", among });
export const optional = (spec: Spec): Spec => ({ ...spec, optional: true });
