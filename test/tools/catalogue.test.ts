import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../tools/catalogue.ts";
import { listed } from "../../tools/mcp-server.ts";

const supportFiles = ["catalogue.ts", "define-tool.ts", "mcp-server.ts", "stdio-proxy.ts"];

type Json = { [key: string]: unknown };
type Place = { path: string; schema: Json };

/** Every schema inside a JSON schema, with the way to it. */
function placesIn(schema: unknown, path = ""): Place[] {
  if (typeof schema !== "object" || schema === null) return [];
  // A JSON schema is an object of unknown values.
  const json = schema as Json;
  const properties = Object.entries(json["properties"] ?? {}).flatMap(([name, one]) =>
    placesIn(one, `${path}.${name}`),
  );
  const items = json["items"] === undefined ? [] : placesIn(json["items"], `${path}[]`);
  return [{ path, schema: json }, ...properties, ...items];
}

describe("the catalogue", () => {
  it("has one file for each tool, named like it", () => {
    const files = readdirSync(new URL("../../tools/", import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !supportFiles.includes(entry.name))
      .map(({ name }) => name.replace(/\.ts$/, "").replaceAll("-", "_"));
    expect(catalogue.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
  });

  it("stays small enough for a model's attention", () => {
    const sizes = catalogue
      .filter(({ toolset }) => toolset === "default")
      .map((tool) => ({
        name: tool.name,
        size: JSON.stringify(listed(tool)).length,
      }));
    const tokens = Math.round(sizes.reduce((sum, { size }) => sum + size, 0) / 4);
    process.stdout.write(
      `tools/list: about ${String(tokens)} tokens for ${String(sizes.length)} tools\n`,
    );
    expect(tokens).toBeLessThan(5950);
    expect(sizes.filter(({ size }) => size > 3000)).toEqual([]);
    expect(catalogue.filter(({ alwaysLoad }) => alwaysLoad === true)).toHaveLength(3);
  });

  it.each(catalogue.map((tool) => [tool.name, tool] as const))(
    "describes %s strictly and completely",
    (_name, tool) => {
      const { inputSchema, outputSchema } = listed(tool);
      const inputs = placesIn(inputSchema, "in");
      const places = [...inputs, ...placesIn(outputSchema, "out")];
      const open = inputs.filter(
        // A map from names to texts says what its values are.
        ({ schema }) =>
          schema["type"] === "object" &&
          schema["additionalProperties"] !== false &&
          JSON.stringify(schema["additionalProperties"]) !== '{"type":"string"}',
      );
      const mute = places.filter(
        ({ path, schema }) => /\.\w+$/.test(path) && typeof schema["description"] !== "string",
      );
      expect(open).toEqual([]);
      expect(inputSchema.required).toBeInstanceOf(Array);
      expect(mute).toEqual([]);
      expect(JSON.stringify(places)).not.toMatch(/"(pattern|anyOf|oneOf|allOf)"/);
    },
  );

  it.each(catalogue.map((tool) => [tool.name, tool] as const))(
    "says of %s when to use it, when not, and what it does to the world",
    (_name, tool) => {
      expect(tool.description).toMatch(/\bUse it\b/);
      expect(tool.description).toMatch(/\bNot\b/);
      expect(tool.title.length).toBeGreaterThan(5);
      const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations;
      expect(
        [readOnlyHint, destructiveHint, idempotentHint, openWorldHint].every(
          (hint) => typeof hint === "boolean",
        ),
      ).toBe(true);
      expect(readOnlyHint).toBe(!tool.mutates);
      expect(readOnlyHint && destructiveHint).toBe(false);
      expect(tool.minimumRole).toBe(tool.mutates ? "operator" : "viewer");
    },
  );

  it("names only tools that exist in what it says", () => {
    const names = new Set(catalogue.map(({ name }) => name));
    const named = JSON.stringify(catalogue.map(listed)).match(
      /\b(?:[a-z]+_)+(?:thopters?|operations?|status)\b/g,
    );
    expect((named ?? []).filter((name) => !names.has(name))).toEqual([]);
  });
});
