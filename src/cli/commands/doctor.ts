import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, CommandFailed } from "../command.ts";
import { NoHubError } from "../hub-client.ts";

/** One thing the hub needs, whether it is there, and the line that mends it. */
export type Finding = { what: string; ok: boolean; words: string; mend?: string };

export function registerDoctor(examine: () => Promise<Finding[]>): RegisterCommand {
  return (program, context) => {
    program
      .command("doctor")
      .description("say what is missing, and the line that mends it")
      .option("--json", "answer in JSON")
      .action(async (options: { json?: boolean }) => {
        const findings = [...(await examine()), await examineHub(context)];
        answer(context, { json: options.json, result: findings }, () =>
          findings.forEach((finding) => show(context, finding)),
        );
        const bad = findings.filter(({ ok, mend }) => !ok && mend !== undefined);
        if (bad.length > 0) throw new CommandFailed(`${bad.length} to mend.`);
      });
  };
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
    if (!(error instanceof NoHubError)) throw error;
    return { what: "hub", ok: false, words: "does not run; thopter start starts it" };
  }
}

function show({ terminal }: CommandContext, { what, ok, words, mend }: Finding): void {
  const mark = ok
    ? terminal.style("green", "✓")
    : terminal.style(mend === undefined ? "dim" : "red", "✗");
  terminal.print(`${mark} ${what}: ${words}`);
  if (mend !== undefined) terminal.print(`    ${mend}`);
}
