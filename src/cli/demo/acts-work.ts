import { z } from "zod";
import type { OperationView } from "../../core/ports/fleet.ts";
import { followOperations } from "../follow.ts";
import type { Terminal } from "../terminal.ts";
import { span } from "../../core/words.ts";
import type { Stage } from "./stage.ts";

const provisionedSchema = z.object({ thopter: z.string(), operation: z.string() });
const waitedSchema = z.object({
  done: z.boolean(),
  thopters: z.array(z.object({ name: z.string() })),
});
const readSchema = z.object({ untrusted: z.object({ text: z.string() }) });

const tasks = ["Write down what matters", "Listen and report", "Look around"];
const waitSeconds = 30;

/** The one that gets work which is committed and never pushed. */
export const keeper = 0;

export async function provisionAct({
  agent,
  claims,
  person,
  repository,
  terminal,
  signal,
}: Stage): Promise<string[]> {
  claims.act("The coding agent provisions three thopters on a real git repository");
  const asked = [];
  for (const task of tasks) {
    asked.push(await agent.call("provision_thopter", { task, repository }, provisionedSchema));
  }
  const operations = await followOperations(
    person,
    asked.map(({ operation }) => operation),
    { terminal, signal },
  );
  showTimes(terminal, operations);
  claims.check(
    "all three are ready",
    operations.every(({ status }) => status === "succeeded"),
  );
  claims.check("the provision lane made one at a time", isOneAtATime(operations));
  return asked.map(({ thopter }) => thopter);
}

/** How long each step of each provision took. */
function showTimes(terminal: Terminal, operations: readonly OperationView[]): void {
  const done = operations.map(({ steps, ...rest }) => ({
    ...rest,
    steps: steps.filter(({ status }) => status === "succeeded"),
  }));
  const names = done[0]?.steps.map(({ name }) => name) ?? [];
  const rows = done.map(({ thopterName, steps, startedAt = 0, finishedAt = 0 }) => {
    const times = names.map((name) => {
      const step = steps.find((one) => one.name === name);
      return step?.finishedAt === undefined ? "" : span(step.finishedAt - step.startedAt);
    });
    return [thopterName, ...times, span(finishedAt - startedAt)];
  });
  terminal.table(["STEPS OF", ...names, "in all"], rows);
}

/** Whether no two machines were made at the same time. */
function isOneAtATime(
  operations: readonly {
    steps: readonly { name: string; startedAt: number; finishedAt?: number }[];
  }[],
): boolean {
  const spans = operations
    .flatMap(({ steps }) => steps.filter(({ name }) => name === "create-machine"))
    .toSorted((a, b) => a.startedAt - b.startedAt);
  return spans.every((one, index) => {
    const before = spans[index - 1];
    return before === undefined || (before.finishedAt ?? Infinity) <= one.startedAt;
  });
}

export async function tellAct(
  { agent, claims, terminal }: Stage,
  names: readonly string[],
): Promise<void> {
  claims.act("It tells each something over MCP, and waits until they settle");
  for (const [index, thopter] of names.entries()) {
    const text = index === keeper ? 'keep:- "quotes" and ünicode survive' : `Hello, ${thopter}!`;
    await agent.call("tell_thopter", { thopter, text }, z.unknown());
    terminal.print(`  told ${thopter}: ${text}`);
  }
  const waited = await agent.call(
    "wait_for_thopters",
    { thopters: names, until: "settled", timeout_seconds: waitSeconds },
    waitedSchema,
  );
  claims.check("all three have settled", waited.done && waited.thopters.length === names.length);
}

export async function readAct(
  { agent, claims, terminal }: Stage,
  names: readonly string[],
): Promise<void> {
  claims.act("It looks at a screen, and at a diff");
  const [first = "", second = ""] = names;
  const screen = await agent.call("read_thopter", { thopter: second, what: "screen" }, readSchema);
  show(terminal, screen.untrusted.text);
  claims.check(
    `${second} heard what it was told`,
    screen.untrusted.text.includes(`Heard: Hello, ${second}!`),
  );
  const diff = await agent.call("read_thopter", { thopter: first, what: "diff" }, readSchema);
  show(terminal, diff.untrusted.text);
  claims.check(
    `${first} has changed its notes`,
    diff.untrusted.text.includes('+- "quotes" and ünicode survive'),
  );
}

function show(terminal: Stage["terminal"], text: string): void {
  for (const line of text.trimEnd().split("\n"))
    terminal.print(terminal.style("dim", `    | ${line}`));
}
