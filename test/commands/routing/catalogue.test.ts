import { describe, expect, it } from "vitest";
import { createFeatures } from "../../../commands/features.ts";
import { parseRequest } from "../../../commands/parse/request.ts";
import { createCatalogue } from "../../../commands/routing/catalogue.ts";

const features = createFeatures();
const { commands } = createCatalogue(features);

describe("all features together", () => {
  it("share no name, and their ids begin as the router knows them", () => {
    const ids = features.flatMap(({ buttons = [], forms = [], menus = [] }) =>
      [...buttons, ...forms, ...menus].map(({ id }) => id),
    );
    expect(ids.filter((id) => !/^th:[a-z0-9:-]{1,60}$/.test(id))).toEqual([]);
    expect(() => createCatalogue([...features, ...features.slice(0, 1)])).toThrow(/two features/);
  });

  it("hold every subcommand", () => {
    expect(commands.map(({ name }) => name)).toEqual(
      expect.arrayContaining(
        `help provision destroy list status cancel retry tell answer screen log diff pause resume`.split(
          " ",
        ),
      ),
    );
  });

  it.each(commands.map((command) => [command.name, command] as const))(
    "show `%s` as it can be typed",
    (name, { usage, examples, flags }) => {
      expect(usage.startsWith(name)).toBe(true);
      for (const example of examples) {
        expect(parseRequest(example, commands)).toMatchObject({ kind: "run", command: { name } });
      }
      const shorts = Object.values(flags).flatMap(({ short }) => short ?? []);
      expect(new Set(shorts).size).toBe(shorts.length);
      for (const short of shorts) expect(short).toMatch(/^[a-gi-z]$/);
    },
  );
});
