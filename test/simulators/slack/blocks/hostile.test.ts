import { fc } from "../../../fast-check.ts";
import { describe, expect, it } from "vitest";
import { validateMessage, validateView } from "../../../../src/simulators/slack/blocks/validate.ts";
import { home, inputElements, knownBlocks, modal, untypedBlocks } from "./samples.ts";

const samples: unknown[] = [
  ...Object.values(knownBlocks),
  ...Object.values(untypedBlocks),
  ...Object.values(inputElements),
];

/** A sample in which some values, anywhere, are something else. */
const spoiled = fc
  .tuple(
    fc.constantFrom(...samples),
    fc.array(fc.tuple(fc.nat(), fc.jsonValue()), { minLength: 1 }),
  )
  .map(([sample, changes]) => {
    const copy: unknown = structuredClone(sample);
    for (const [seed, value] of changes) spoil(copy, { seed, value });
    return copy;
  });

function spoil(target: unknown, change: { seed: number; value: unknown }): void {
  if (typeof target !== "object" || target === null) return;
  const keys = Object.keys(target);
  const key = keys[change.seed % Math.max(keys.length, 1)];
  if (key === undefined) return;
  const inner: unknown = Reflect.get(target, key);
  const goesDeeper = change.seed % 3 !== 0 && typeof inner === "object" && inner !== null;
  if (goesDeeper) spoil(inner, { ...change, seed: Math.floor(change.seed / 3) });
  else Reflect.set(target, key, change.value);
}

const anything = fc.oneof(fc.anything(), fc.jsonValue(), spoiled);

/** Whether a JSON pointer leads to something, or to a field that should be there. */
function leads(root: unknown, pointer: string): boolean {
  const parts = pointer.split("/").slice(1);
  let at = root;
  for (const [index, part] of parts.entries()) {
    if (typeof at !== "object" || at === null) return false;
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!Object.hasOwn(at, key)) return index === parts.length - 1;
    at = Reflect.get(at, key);
  }
  return true;
}

describe("hostile input", () => {
  it("is refused without an error, in words, at a place that is there", () => {
    fc.assert(
      fc.property(anything, anything, (one, other) => {
        const bodies = [one, { blocks: one }, { blocks: [one, other] }, { attachments: [one] }];
        for (const body of bodies) {
          for (const { pointer, message } of validateMessage(body)) {
            expect(leads(body, pointer), `${pointer} ${message}`).toBe(true);
            expect(message.length).toBeLessThan(1000);
          }
        }
        for (const view of [one, { ...modal, blocks: [one] }, { ...home, blocks: one }]) {
          expect(Array.isArray(validateView(view))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("that is spoiled in its type is always refused", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(knownBlocks)), fc.jsonValue(), (block, type) => {
        fc.pre(typeof type !== "string" || !Object.hasOwn(knownBlocks, type));
        expect(validateMessage({ blocks: [{ ...block, type }] })).not.toEqual([]);
      }),
    );
  });

  it("that is deep is not followed", () => {
    let deep: unknown = knownBlocks.divider;
    for (let level = 0; level < 100_000; level += 1) {
      deep = { ...knownBlocks.container, child_blocks: [deep] };
    }
    expect(validateMessage({ blocks: [deep] })).toHaveLength(1);
    let list: unknown = [];
    for (let level = 0; level < 100_000; level += 1) list = [list];
    expect(validateMessage({ blocks: list, text: "x" })).toHaveLength(1);
  });

  it("that is endless is looked at for a while", () => {
    const wrong = Array.from({ length: 200_000 }, () => ({ type: "blink" }));
    expect(validateMessage({ blocks: wrong }).length).toBeLessThanOrEqual(100);
    const fields = Object.fromEntries(wrong.map((_, index) => [`f${index}`, index]));
    expect(validateMessage({ blocks: [{ type: "divider", ...fields }] })).toHaveLength(100);
    const words = Array.from({ length: 1000 }, () => ({ type: "text", text: "x" }));
    const sections = Array.from({ length: 1000 }, () => ({
      ...{ type: "rich_text_section", elements: words },
    }));
    const elements = [...sections.slice(1), { type: "wrong, but far behind" }];
    const problems = validateMessage({ blocks: [{ type: "rich_text", elements }] });
    expect(problems).toEqual([
      { pointer: "", message: "has more than 100000 values: the rest was not checked" },
    ]);
  });

  it("that is no JSON is refused", () => {
    for (const value of [undefined, () => 1, Symbol("x"), 1n, new Map(), Object.create(null)]) {
      expect(validateMessage(value)).not.toEqual([]);
      expect(validateView(value)).not.toEqual([]);
      expect(validateMessage({ blocks: [value] })).not.toEqual([]);
    }
    const dressed: unknown = JSON.parse('{"type":"divider","__proto__":{"block_id":"x"}}');
    expect(validateMessage({ blocks: [dressed] })).toEqual([
      { pointer: "/blocks/0/__proto__", message: 'divider has no field "__proto__"' },
    ]);
  });
});
