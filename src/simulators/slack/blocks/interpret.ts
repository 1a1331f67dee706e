import { blocks } from "./blocks.ts";
import { elements } from "./elements.ts";
import { limits } from "./limits.ts";
import { richTextParts } from "./rich-text.ts";
import { isRecord, own } from "./json.ts";
import { boolean, forms, optional, string, type Shape, type Spec } from "./spec.ts";
import { blockSurfaces, elementSurfaces, surfaceWords, type Surface } from "./surfaces.ts";
import { isFull, noteBlock, noteElement, quoted, report, type Walk } from "./walk.ts";

/** A value, where it is, and how messages call it. */
type Place = { value: unknown; pointer: string; subject: string };
type Of<Kind extends Spec["kind"]> = Extract<Spec, { kind: Kind }>;

/** Checks a value against a spec and puts what is wrong into the walk. */
export function check(walk: Walk, spec: Spec, place: Place): void {
  walk.budget -= 1;
  if (isFull(walk)) return;
  switch (spec.kind) {
    case "any":
      return;
    case "string":
      return checkString(walk, spec, place);
    case "choice":
      return checkChoice(walk, spec, place);
    case "number":
      return checkNumber(walk, spec, place);
    case "boolean":
      if (typeof place.value !== "boolean") wrongType(walk, "true or false", place);
      return;
    case "text":
      return checkText(walk, spec, place);
    case "list":
      return checkList(walk, spec, place);
    case "object":
      return checkObject(walk, spec.shape, { ...place, subject: spec.shape.name });
    case "typed":
      return checkTyped(walk, spec, place);
  }
}

function wrongType(walk: Walk, wanted: string, { value, pointer, subject }: Place): void {
  report(walk, pointer, `${subject} is ${kindOf(value)}; must be ${wanted}`);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function checkString(walk: Walk, spec: Of<"string">, place: Place): void {
  const { value, pointer, subject } = place;
  if (typeof value !== "string") return wrongType(walk, "a string", place);
  const { min, max, form } = spec;
  if (value.length < min || value.length > max) {
    const bound = value.length < min ? `at least ${min}` : `at most ${max}`;
    return report(walk, pointer, `${subject} is ${value.length} characters; ${bound}`);
  }
  if (/[\ud800-\udfff]/u.test(value)) {
    report(walk, pointer, `${subject} holds half of a surrogate pair`);
  }
  if (form !== undefined && !forms[form].test(value)) {
    report(walk, pointer, `${subject} is ${quoted(value)}; must be a ${form}`);
  }
}

function checkChoice(walk: Walk, { values }: Of<"choice">, place: Place): void {
  const { value, pointer, subject } = place;
  if (values.some((each) => each === value)) return;
  const found = typeof value === "string" ? quoted(value) : kindOf(value);
  report(walk, pointer, `${subject} is ${found}; must be ${anyOf(values)}`);
}

function anyOf(values: readonly (string | number)[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(", ")}`;
}

function checkNumber(walk: Walk, spec: Of<"number">, place: Place): void {
  const { value, pointer, subject } = place;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return wrongType(walk, "a number", place);
  }
  const { min = -Infinity, max = Infinity, whole } = spec;
  if (whole && !Number.isInteger(value)) {
    report(walk, pointer, `${subject} is ${value}; must be a whole number`);
  } else if (value < min || value > max) {
    const bound = value < min ? `at least ${min}` : `at most ${max}`;
    report(walk, pointer, `${subject} is ${value}; ${bound}`);
  }
}

function checkText(walk: Walk, { types, max }: Of<"text">, place: Place): void {
  const { value, pointer, subject } = place;
  if (!isRecord(value)) return wrongType(walk, "a text object", place);
  const type = own(value, "type");
  const known = types.some((each) => each === type);
  if (!known) {
    const found = typeof type === "string" ? quoted(type) : "without a type";
    return report(walk, `${pointer}/type`, `${subject} is ${found}; must be ${types.join(" or ")}`);
  }
  const extra = type === "plain_text" ? "emoji" : "verbatim";
  const fields = { text: string(max), [extra]: optional(boolean) };
  checkFields(walk, { name: subject, fields }, { ...place, inner: subject, value });
}

function checkList(walk: Walk, { of, min, max }: Of<"list">, place: Place): void {
  const { value, pointer, subject } = place;
  if (!Array.isArray(value)) return wrongType(walk, "a list", place);
  const items: readonly unknown[] = value;
  if (items.length < min || items.length > max) {
    const bound = items.length < min ? `at least ${min}` : `at most ${max}`;
    const noun = items.length === 1 ? "item" : "items";
    report(walk, pointer, `${subject} has ${items.length} ${noun}; ${bound}`);
  }
  // What is too many was said once: the surplus is not looked at.
  for (const [index, item] of items.slice(0, max).entries()) {
    if (isFull(walk)) return;
    check(walk, of, {
      ...{ value: item, pointer: `${pointer}/${index}`, subject: `${subject}[${index}]` },
    });
  }
}

function checkObject(walk: Walk, shape: Shape, place: Place): void {
  const { value } = place;
  if (!isRecord(value)) return wrongType(walk, "an object", place);
  checkFields(walk, shape, { ...place, value });
  const { oneOf } = shape;
  if (oneOf !== undefined) checkOneOf(walk, oneOf, { ...place, value });
  for (const rule of shape.rules ?? []) {
    rule(value, (path, message) => {
      const words = path.replace(/\/(\d+)/g, "[$1]").replaceAll("/", " ");
      report(walk, `${place.pointer}${path}`, `${place.subject}${words} ${message}`);
    });
  }
}

type RecordPlace = Place & { value: Record<string, unknown> };

function checkOneOf(walk: Walk, oneOf: NonNullable<Shape["oneOf"]>, place: RecordPlace): void {
  const { fields, how } = oneOf;
  const found = fields.filter((field) => own(place.value, field) !== undefined).length;
  if (found === 1 || (found > 1 && how === "at least one")) return;
  report(walk, place.pointer, `${place.subject} needs ${how} of ${fields.join(", ")}`);
}

/** `inner` is the subject of a text object's text, which messages call by the field it is in. */
function checkFields(walk: Walk, shape: Shape, place: RecordPlace & { inner?: string }): void {
  const { value, pointer, subject, inner } = place;
  for (const [field, spec] of Object.entries(shape.fields)) {
    const found = own(value, field);
    if (found !== undefined) {
      const name = field === "text" && inner !== undefined ? inner : `${subject} ${field}`;
      check(walk, spec, { value: found, pointer: `${pointer}/${field}`, subject: name });
    } else if (spec.optional !== true) {
      report(walk, pointer, `${subject} needs ${field}`);
    }
  }
  if (shape.open === true) return;
  for (const field of Object.keys(value)) {
    if (isFull(walk)) return;
    if (field === "type" || Object.hasOwn(shape.fields, field)) continue;
    const escaped = field.replaceAll("~", "~0").replaceAll("/", "~1");
    report(walk, `${pointer}/${escaped}`, `${subject} has no field ${quoted(field)}`);
  }
}

const parts = { ...elements, ...richTextParts };
const blockId = { block_id: optional(string(limits.id)) };

/** A block, an element or a cell: its `type` says what it must be. */
function checkTyped(walk: Walk, spec: Of<"typed">, place: Place): void {
  const { value, pointer, subject } = place;
  const { noun, among } = spec;
  if (!isRecord(value)) return wrongType(walk, "an object", place);
  const type = own(value, "type");
  if (typeof type !== "string") return report(walk, pointer, `${subject} needs type`);
  const part = noun === "block" ? undefined : shapeIn(parts, type);
  const shape = part ?? shapeIn(blocks, type);
  if (shape === undefined) {
    return report(walk, `${pointer}/type`, `${subject} has the unknown type ${quoted(type)}`);
  }
  if (!among.includes(type)) {
    return report(
      walk,
      `${pointer}/type`,
      `${subject} is ${quoted(type)}; must be ${anyOf(among)}`,
    );
  }
  if (part !== undefined) return checkPart(walk, part, { ...place, value, type });
  checkBlock(walk, shape, { ...place, value, type });
}

function shapeIn(table: Readonly<Record<string, Shape>>, type: string): Shape | undefined {
  return Object.hasOwn(table, type) ? table[type] : undefined;
}

type TypedPlace = RecordPlace & { type: string };

function checkPart(walk: Walk, shape: Shape, { type, ...place }: TypedPlace): void {
  checkSurface(walk, elementSurfaces[type], { type, ...place });
  noteElement(walk, place);
  checkObject(walk, shape, { ...place, subject: shape.name });
}

function checkBlock(walk: Walk, shape: Shape, { type, ...place }: TypedPlace): void {
  checkSurface(walk, blockSurfaces[type], { type, ...place });
  noteBlock(walk, type, place);
  const outer = walk.actionIds;
  walk.actionIds = new Set();
  const withId = { ...shape, fields: { ...blockId, ...shape.fields } };
  checkObject(walk, withId, { ...place, subject: shape.name });
  walk.actionIds = outer;
}

function checkSurface(
  walk: Walk,
  surfaces: readonly Surface[] | undefined,
  { type, pointer }: TypedPlace,
): void {
  if (surfaces === undefined || surfaces.includes(walk.surface)) return;
  const [here, there] = [surfaceWords[walk.surface], surfaces.map((each) => surfaceWords[each])];
  report(
    walk,
    `${pointer}/type`,
    `${type} cannot stand in ${here}, only in ${there.join(" and ")}`,
  );
}
