import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inWordsOf } from "../../src/core/front-words.ts";

const source = ["core", "engine", "fleet"].flatMap((place) => {
  const directory = join(import.meta.dirname, "../../src", place);
  const names = readdirSync(directory).filter((name) => name !== "front-words.ts");
  const files = names.filter((name) => name.endsWith(".ts"));
  return files.map((name) => readFileSync(join(directory, name), "utf8"));
});

/** Every help that a refusal names: the name of an MCP tool and what is said of it. */
const helps = source.flatMap((text) =>
  [...text.matchAll(/\b[a-z]+(?:_[a-z]+)*_(?:thopters?|operations?)\b[^."`]*/g)].map(
    ([words]) => words,
  ),
);

describe("a refusal", () => {
  it("names a help somewhere, or this test sees nothing", () => {
    expect(helps.length).toBeGreaterThan(5);
  });

  it.each(["cli", "slack"] as const)("names no MCP tool to whoever asks over %s", (front) => {
    for (const help of helps) expect(inWordsOf(front, help)).not.toMatch(/[a-z]_[a-z]/);
  });

  it("sends people to what their front has", () => {
    const refusal = 'Cannot tell "amber-owl": wait_for_thopters waits until it is ready.';
    expect(inWordsOf("cli", refusal)).toContain('"thopter wait" waits until it is ready');
    expect(inWordsOf("slack", refusal)).toContain("/thopter list says when it is ready");
  });
});
