import { expect, it } from "vitest";
import { commandsIn, examplesIn } from "./example-line.ts";
import { createIdleProgram, placesIn } from "./idle-program.ts";
import { nowhere, runHere } from "./run.ts";

const places = placesIn(createIdleProgram().program).map(({ words }) => words);

it("there are as many commands as a person sees", () => {
  expect(places.length).toBeGreaterThan(35);
});

it.each(places.map((words) => [["thopter", ...words].join(" "), words] as const))(
  "%s has examples that it takes",
  async (_name, words) => {
    const { code, stdout } = await runHere({}, ...words, "--help");
    expect(code).toBe(0);
    const examples = examplesIn(stdout);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const commands = commandsIn(example);
      expect(commands, example).not.toEqual([]);
      for (const typed of commands) {
        const { program, taken } = createIdleProgram();
        await expect(program.parseAsync(["node", "thopter", ...typed]), example).resolves.toBe(
          program,
        );
        expect(taken, example).toHaveLength(1);
        const [done = ""] = taken;
        expect(`${done} `.startsWith(words.join(" ")), example).toBe(true);
      }
    }
  },
);

it("no example for the hub is refused before it gets there", async () => {
  const noHub = 3;
  // These act on this machine, or need a terminal.
  const others =
    /^(start|demo|simulate|doctor|mcp|config|completion|attach|slack (setup|manifest))/;
  const env = nowhere();
  const asked: string[] = [];
  for (const words of places) {
    const { stdout } = await runHere({}, ...words, "--help");
    for (const typed of examplesIn(stdout).flatMap(commandsIn)) {
      const line = typed.join(" ");
      if (others.test(line) || line.includes("--from")) continue;
      asked.push(line);
      expect({ line, code: (await runHere(env, ...typed)).code }).toEqual({ line, code: noHub });
    }
  }
  expect(asked.length).toBeGreaterThan(50);
});
