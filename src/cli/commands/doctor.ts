import type { CommandContext, RegisterCommand } from "../command.ts";
import { UserError } from "../../core/errors.ts";
import { answer, CommandFailed } from "../command.ts";
import { printFacts } from "../facts.ts";
import type { Fact } from "../facts.ts";
import { NoHubError } from "../hub-client.ts";
import type { Style } from "../terminal.ts";

/** One thing the hub needs, whether it is there, and the line that mends it. */
export type Finding = { what: string; ok: boolean; words: string; mend?: string | undefined };

const examples = `
Examples:
  thopter doctor                            looks at this machine and at the hub
  thopter doctor --json                     for a script`;

/** What nothing is to be mended of is no failure. */
export function isBad({ ok, mend }: Finding): boolean {
  return !ok && mend !== undefined;
}

export function registerDoctor(
  examine: (signal: AbortSignal) => Promise<Finding[]>,
): RegisterCommand {
  return (program, context) => {
    program
      .command("doctor")
      .description("say what is missing, and the line that mends it")
      .option("--json", "answer in JSON")
      .addHelpText("after", examples)
      .action(async (options: { json?: boolean }) => {
        const findings = [...(await examine(context.signal)), await examineHub(context)];
        answer(context, { json: options.json, result: findings }, () =>
          showFindings(context, findings),
        );
        mustBeGood(findings);
      });
  };
}

/** Throws CommandFailed where there is anything to mend. */
export function mustBeGood(findings: readonly Finding[]): void {
  const count = findings.filter(isBad).length;
  if (count === 0) return;
  throw new CommandFailed(`${count === 1 ? "1 thing is" : `${count} things are`} to mend.`);
}

async function examineHub(context: CommandContext): Promise<Finding> {
  try {
    const client = await context.connect();
    const { thopters, accepting } = await client.call("status", {});
    const words = `runs at ${client.url} with ${thopters.used} of ${thopters.limit} thopters`;
    return accepting
      ? { what: "hub", ok: true, words }
      : {
          what: "hub",
          ok: false,
          words: `${words}, but its disk takes no writes`,
          mend: "free some space on its disk",
        };
  } catch (error) {
    if (error instanceof NoHubError)
      return { what: "hub", ok: false, words: "does not run; thopter start starts it" };
    if (!(error instanceof UserError)) throw error;
    return { what: "hub", ok: false, words: error.message, mend: "thopter token create" };
  }
}

export function showFindings(context: CommandContext, findings: readonly Finding[]): void {
  for (const finding of findings) show(context, finding);
}

const nameWidth = 15;

function show({ terminal }: CommandContext, { what, ok, words, mend }: Finding): void {
  const facts: Fact[] = [{ name: `${markOf({ ok, mend })} ${what}`, value: words }];
  if (mend !== undefined) facts.push({ name: "", value: `mend it: ${mend}`, style: "yellow" });
  const nameStyle = styleOf({ ok, mend });
  printFacts(terminal, facts, { indent: 0, nameWidth: nameWidth + 2, nameStyle });
}

/** How well it stands, in one sign. */
export function markOf({ ok, mend }: Pick<Finding, "ok" | "mend">): string {
  if (ok) return "✓";
  return mend === undefined ? "·" : "✗";
}

function styleOf({ ok, mend }: Pick<Finding, "ok" | "mend">): Style {
  if (ok) return "green";
  return mend === undefined ? "dim" : "red";
}
