import { expect, it, vi } from "vitest";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { jsonOf, run, runHere } from "./run.ts";
import { openTerminal } from "./terminal-session.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const agent = `
stty -echo
paint() {
  # tmux may tell of one size twice.
  now=$(stty size)
  if [ "$now" = "$last" ]; then return; fi
  last=$now
  printf '\\033[2J\\033[H\\033[31mRed\\033[0m \\033]0;evil\\007\\033]52;c;eA==\\007%s\\n' "$now"
}
trap 'echo Interrupted' INT
trap paint WINCH
paint
while :; do
  if read -r line; then echo "Heard[$line]"; fi
done`;

async function sizeOf(hub: TestHub): Promise<string> {
  const { text } = await hub.person.call("read", { thopter: "amber-falcon", what: "screen" });
  return text;
}

it("a person sits at the agent's terminal, in their window's size, and leaves it at work", async () => {
  const hub = await startHub({ files: { "agent.sh": agent } });
  await hub.ready({ name: "amber-falcon" });
  const env = { THOPTER_DATA_DIR: hub.data };
  const terminal = await openTerminal(env, { columns: 90, rows: 25 });
  await terminal.start("attach", "amber-falcon");
  await terminal.shows(/^Red 25 90$/m);
  expect(await terminal.screen(true)).toContain("\u001b[31mRed");
  await terminal.type("hello there");
  await terminal.shows("Heard[hello there]");
  await terminal.press("C-c");
  await terminal.shows("Interrupted");
  await terminal.type("ünï 日本");
  await terminal.shows("Heard[ünï 日本]");
  await terminal.resize(70, 20);
  const smaller = await terminal.shows(/^Red 20 70$/m);
  expect(smaller).not.toContain("Heard[");
  const pasted = "0123456789".repeat(300);
  await terminal.type(pasted);
  await terminal.shows(/89\]$/m);
  const what = "transcript";
  const { text } = await hub.person.call("read", { thopter: "amber-falcon", what });
  expect(text.replaceAll("\n", "")).toContain(`Heard[${pasted}]`);
  await terminal.press("C-]");
  const left = await terminal.shows("[exit 0]");
  expect(left).toContain("Left amber-falcon; its agent goes on.");
  expect(left).not.toContain("Heard[");
  await vi.waitFor(async () => expect(await sizeOf(hub)).toContain("Red 50 200"), {
    timeout: 30_000,
    interval: 100,
  });
  const audited = jsonOf(await runHere(env, "audit", "--limit", "2", "--json"));
  expect(audited).toMatchObject([{ action: "detach" }, { action: "attach" }]);

  await terminal.start("attach", "amber-falcon");
  await terminal.shows(/^Red 20 70$/m);
  await hub.destroyed("amber-falcon");
  expect(await terminal.shows(/\[exit \d\]/)).toMatch(
    /Cannot .*amber-falcon|Cannot find a thopter|its session has ended/,
  );
  await terminal.close();
  await hub.end();
});

it("nobody attaches without a terminal, to what is not theirs, or as an agent", async () => {
  const hub = await startHub();
  await hub.ready({ name: "amber-falcon" });
  const env = { THOPTER_DATA_DIR: hub.data };
  const piped = await run(env, "attach", "amber-falcon");
  expect(piped).toMatchObject({ code: 2, stdout: "" });
  expect(piped.stderr).toContain("this is no terminal");
  const request = { thopter: "amber-falcon", columns: 80, rows: 24 };
  await expect(hub.agent.call("attach", request)).rejects.toMatchObject({ code: "forbidden" });
  const { secret } = await hub.person.call("createToken", {
    kind: "person",
    label: "ann",
    person: "ann",
    role: "operator",
  });
  await expect(hub.client(secret).call("attach", request)).rejects.toMatchObject({
    code: "forbidden",
  });
  const terminal = await openTerminal(env);
  await terminal.start("attach", "none");
  await terminal.shows("[exit 5]");
  await terminal.close();
  await hub.end();
});
