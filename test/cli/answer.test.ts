import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import { commandLineOf, jsonOf } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const asking = `
ask() { printf '{"status":"waiting","question":"%s"%s}\\n' "$1" "$2" >>"$THOPTER_REPORTS"; }
echo Ready
ask 'Overwrite \\u001b[2Jit?' ',"choices":["Yes, all","No"]'
while read -r line; do
  echo "Heard[$line]"
  case $line in
    "Yes, all") ask "Which name?" ;;
    "a name") ask "Which parts?" ',"choices":["tests","docs","code"],"several":true,"words":""' ;;
  esac
done`;

it("the question of an agent is shown, answered once by a person, and closed", async () => {
  const hub = await startHub({ files: { "agent.sh": asking } });
  const thopter = commandLineOf(hub);
  await hub.ready({ name: "amber-falcon" });
  expect((await thopter("wait", "amber-falcon")).stdout).toContain("waiting");
  const shown = await thopter("answer", "amber-falcon");
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.stdout).toMatch(/^question +Overwrite it\?$/m);
  expect(shown.stdout).toMatch(/^choices +1 {2}Yes, all\n +2 {2}No$/m);
  expect(shown.stderr).toContain("thopter answer amber-falcon <a choice or its number>");
  const first = jsonOf(await thopter("answer", "amber-falcon", "--json")) as { hash: string };
  expect(first).toMatchObject({ thopter: "amber-falcon", choices: ["Yes, all", "No"] });

  const told = await thopter("tell", "amber-falcon", "hurry");
  expect(told).toMatchObject({ code: 6 });
  expect(told.stderr).toContain('"Overwrite it?"');
  expect(await thopter("answer", "amber-falcon", "Maybe")).toMatchObject({ code: 2 });
  const byAgent = { thopter: "amber-falcon", hash: first.hash, text: "No" };
  await expect(hub.agent.call("answer", byAgent)).rejects.toMatchObject({ code: "forbidden" });

  const answered = await thopter("answer", "amber-falcon", "Yes,", "all");
  expect(answered.stdout).toMatch(/^Answered amber-falcon \(\w+\)\.\n$/);
  const next = await vi.waitFor(
    async () => jsonOf(await thopter("answer", "amber-falcon", "--json")) as { hash: string },
    { timeout: 30_000, interval: 200 },
  );
  expect(next).toMatchObject({ text: "Which name?" });
  expect(next).not.toHaveProperty("choices");
  const stale = await thopter("answer", "amber-falcon", "No", "--question", first.hash);
  expect(stale).toMatchObject({ code: 6 });
  expect(stale.stderr).toContain('it asks something else now: "Which name?"');
  expect((await thopter("answer", "amber-falcon", "a name", "--json")).code).toBe(0);
  const parts = await vi.waitFor(
    async () => {
      const { stdout } = await thopter("answer", "amber-falcon");
      expect(stdout).toContain("Which parts?");
      return stdout;
    },
    { timeout: 30_000, interval: 200 },
  );
  expect(parts).toMatch(
    /^or +its number, such as 2, or several of them with ";" between, or words of your own$/m,
  );
  const odd = await thopter("answer", "amber-falcon", "--choice", "code");
  expect(odd.stderr).toContain("give the number of a choice");
  expect((await thopter("answer", "amber-falcon", "-c", "3", "-c", "1", "more")).code).toBe(0);
  await vi.waitFor(
    async () => expect((await thopter("answer", "amber-falcon")).stderr).toContain("asks nothing"),
    { timeout: 30_000, interval: 200 },
  );
  const { stdout } = await thopter("screen", "amber-falcon", "--history");
  expect(stdout.match(/Heard\[.*\]/g)).toEqual([
    "Heard[Yes, all]",
    "Heard[a name]",
    "Heard[tests; code; more]",
  ]);
  await hub.end();
});
