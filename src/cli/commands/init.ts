import { Option } from "commander";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { openEnvFile } from "../env-file.ts";
import { agentChoices } from "../init/agents.ts";
import type { InitChecks } from "../init/checks.ts";
import { createDraft } from "../init/draft.ts";
import type { Fixed } from "../init/parts.ts";
import type { InitResult } from "../init/unattended.ts";
import { mustBeGood, showFindings } from "./doctor.ts";

type Options = Fixed & { check?: boolean; json?: boolean };

const examples = `
Examples:
  thopter init                                  be asked
  thopter init --provider local --agent claude  write what the environment has
  thopter init --check                          only try what is set

At a terminal it asks. Else each value comes from the environment under the name of its setting:
ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN, OPENAI_API_KEY, THOPTER_AGENT_COMMAND, GITHUB_TOKEN,
FLY_API_TOKEN and the others of Fly, SLACK_BOT_TOKEN and SLACK_APP_TOKEN. Logins are tried before
they are written to the env file in the data directory, which the hub reads when it starts.`;

export function registerInit(createChecks: () => Promise<InitChecks>): RegisterCommand {
  return (program, context) => {
    program
      .command("init")
      .description("choose where thopters run, their agent and its logins")
      .addOption(new Option("--provider <name>", "where thopters run").choices(["local", "fly"]))
      .addOption(new Option("--agent <name>", "what works in them").choices(agentChoices))
      .option("--check", "only try what is set; write nothing")
      .option("--json", "answer in JSON, and ask nothing")
      .addHelpText("after", examples)
      .action(async (options: Options) => {
        const file = openEnvFile(context.connection().dataDirectory);
        const draft = createDraft(context.environment(), await file.read());
        const parts = { draft, file, checks: await createChecks() };
        const seat = context.seat();
        if (seat !== undefined && options.check !== true && options.json !== true) {
          // It brings a library that no other command needs.
          const { initAtTerminal } = await import("../init/init.ts");
          return initAtTerminal({ context, seat }, parts, options);
        }
        const { initUnattended } = await import("../init/unattended.ts");
        const isOnlyCheck = options.check === true;
        const result = await initUnattended(context, parts, { ...options, isOnlyCheck });
        answer(context, { json: options.json, result }, () => show(context, result));
        mustBeGood(result.findings);
      });
  };
}

function show(context: CommandContext, { findings, file, written, next }: InitResult): void {
  const { terminal } = context;
  showFindings(context, findings);
  if (written === undefined) return terminal.print(`Nothing was written.`);
  terminal.print(written.length === 0 ? `${file} stays as it is.` : `Wrote ${file}:`);
  for (const line of written) terminal.print(`  ${line}`);
  if (next !== undefined) terminal.print(`Next: ${next}`);
}
