import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

type Entry = {
  resolved?: string;
  integrity?: string;
  optionalDependencies?: Record<string, string>;
};

const text = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
// The format is npm's own, and the tests below say which parts they lean on.
const { packages } = JSON.parse(text) as { packages: Record<string, Entry> };
const installed = Object.entries(packages).filter(([path]) => path !== "");

it("names packages by version and checksum, never by a download address", () => {
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(installed.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
});

// With one left out, as for a system that the version was not published for, npm ci refuses the file.
it("names the optional packages of every system", () => {
  const names = new Set(installed.map(([path]) => path.replace(/^.*node_modules\//, "")));

  const absent = installed.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !names.has(name))
      .map((name) => `${path} wants ${name}`),
  );

  expect(absent).toEqual([]);
});
