import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { commandLineOf, jsonOf, run } from "./run.ts";
import { openTerminal } from "./terminal-session.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

it("a command runs in the clone, keeps its words, and ends with its exit code", async () => {
  const hub = await startHub({ files: { "a file.txt": "kept\n" } });
  const thopter = commandLineOf(hub);
  await hub.ready({ name: "amber-falcon" });
  const ask = (...words: readonly string[]) => thopter("run", "amber-falcon", "--", ...words);
  expect(await ask("cat", "a file.txt")).toEqual({ code: 0, stdout: "kept\n", stderr: "" });
  expect(await ask("printf", "%s|", "it's", "$HOME", "-x", "a\nb")).toEqual({
    code: 0,
    stdout: "it's|$HOME|-x|a\nb|\n",
    stderr: "",
  });
  expect(await ask("cat *.txt | wc -l; echo no >&2; exit 3")).toEqual({
    code: 3,
    stdout: "1\n",
    stderr: "no\n",
  });
  expect(await ask("true")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await ask("kill -9 $$")).toMatchObject({ code: 137 });

  const hostile = "printf 'a\\033]0;title\\007\\033[2Jb\\302\\2331m\\r\\n'; exit 4";
  const stripped = await ask(hostile);
  expect(stripped).toEqual({ code: 4, stdout: "ab\n", stderr: "" });
  const json = await thopter(
    "run",
    "amber-falcon",
    "--json",
    "--",
    "echo out; echo err >&2; exit 5",
  );
  expect(json).toMatchObject({ code: 5, stderr: "" });
  expect(JSON.parse(json.stdout)).toEqual({
    exitCode: 5,
    stdout: "out\n",
    stderr: "err\n",
    truncated: false,
  });
  const long = await ask("yes x | head -c 300000");
  expect(long).toMatchObject({ code: 0, stderr: "There is more: this is its end.\n" });
  expect(long.stdout.length).toBeLessThan(100_100);
  const slow = await thopter("run", "amber-falcon", "-t", "1s", "--", "sleep", "60");
  expect(slow).toMatchObject({ code: 7, stdout: "" });
  expect(slow.stderr).toContain("it took longer than 1000 ms");

  const byAgent = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: hub.token("agent-token") };
  const refused = await run(byAgent, "run", "amber-falcon", "--", "true");
  expect(refused).toMatchObject({ code: 4, stdout: "" });
  expect(jsonOf(await thopter("audit", "--json"))).toContainEqual(
    expect.objectContaining({ action: "run", detail: "'cat' 'a file.txt'" }),
  );
  await hub.end();
});

it("Ctrl-C leaves a command alone", async () => {
  const hub = await startHub();
  await hub.ready({ name: "amber-falcon" });
  const terminal = await openTerminal({ THOPTER_DATA_DIR: hub.data });
  const script = "touch begun; until [ -f go ]; do sleep 0.05; done; touch ended";
  await terminal.start("run", "amber-falcon", "--", script);
  const until = (file: string): Promise<void> =>
    vi.waitFor(
      async () => {
        const command = `test -f ${file}`;
        const request = { thopter: "amber-falcon", command, timeoutMs: 10_000 };
        expect((await hub.person.call("run", request)).exitCode).toBe(0);
      },
      { timeout: 30_000, interval: 100 },
    );
  await until("begun");
  await terminal.press("C-c");
  expect(await terminal.shows("[exit 130]")).toContain("it goes on in the thopter");
  const go = { thopter: "amber-falcon", command: "touch go", timeoutMs: 10_000 };
  await hub.person.call("run", go);
  await until("ended");
  await terminal.close();
  await hub.end();
});
