import { expect, it, onTestFinished, vi } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { commandsIn, examplesIn } from "./example-line.ts";
import { createIdleProgram, placesIn } from "./idle-program.ts";
import { collector, nowhere, portsHere, runHere } from "./run.ts";

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

async function helpAt(columns: number, words: readonly string[]): Promise<string> {
  const stdout = Object.assign(collector(), { columns });
  const ports = portsHere({}, { stdout, stderr: collector() });
  await runCli(["node", "thopter", ...words, "--help"], ports);
  return stdout.text();
}

it("every help fits terminals of 80 and 120 columns, and leaves out nothing", async () => {
  for (const words of places) {
    const [narrow, wide] = [await helpAt(80, words), await helpAt(120, words)];
    const long = [...narrow.split("\n"), ...wide.split("\n")].filter((line) => line.length > 120);
    const longAt80 = narrow.split("\n").filter((line) => line.length > 80);
    expect({ words, long, longAt80 }).toEqual({ words, long: [], longAt80: [] });
    expect(narrow.split(/\s+/)).toEqual(wide.split(/\s+/));
    expect(examplesIn(narrow), words.join(" ")).toEqual(examplesIn(wide));
  }
});

/** These act on this machine, or need a terminal. */
const others =
  /^(start|init|demo|simulate|doctor|logout|mcp|config|completion|attach|template check|slack (setup|manifest))\b/;
/** These read files of this machine first. */
const readsFiles = / --(from [^ ]+|repo \.)/;

it("no example for the hub is refused before it gets there", async () => {
  const noHub = 3;
  // What an example asks a person for at a terminal.
  const env = { ...nowhere(), ANTHROPIC_API_KEY: "a", NPM_TOKEN: "b" };
  const reached = vi.spyOn(globalThis, "fetch").mockRejectedValue(new Error("No network here"));
  onTestFinished(() => reached.mockRestore());
  const asked: string[] = [];
  for (const words of places) {
    const { stdout } = await runHere({}, ...words, "--help");
    for (const typed of examplesIn(stdout).flatMap(commandsIn)) {
      const line = typed.join(" ");
      if (others.test(line) || readsFiles.test(line)) continue;
      asked.push(line);
      expect({ line, code: (await runHere(env, ...typed)).code }).toEqual({ line, code: noHub });
    }
  }
  expect(asked.length).toBeGreaterThan(80);
  expect(reached.mock.calls.map(([url]) => new URL(String(url)).host)).toEqual(["hub.example.com"]);
});
