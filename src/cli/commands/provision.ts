import type { RegisterCommand } from "../command.ts";
import { answer, mustHaveSucceeded, mustParseSpan } from "../command.ts";
import { followOperations } from "../follow.ts";

type Options = {
  repo: string;
  base?: string;
  name?: string;
  label: string[];
  ttl?: string;
  priority?: "urgent" | "high" | "normal" | "low";
  keepOnFailure?: boolean;
  wait: boolean;
  json?: boolean;
};

export const registerProvision: RegisterCommand = (program, context) => {
  program
    .command("provision")
    .description("make a thopter and give its agent a task")
    .argument("<task...>", "what the agent should do")
    .requiredOption(
      "-r, --repo <address>",
      "https or ssh address, owner/name on GitHub, or a local path",
    )
    .option("-b, --base <ref>", "branch, tag or commit to start from")
    .option("-n, --name <name>", "a name such as amber-falcon; chosen when absent")
    .option("-l, --label <label>", "a label; may be repeated", collect, [])
    .option("--ttl <time>", "how long it lives once ready, such as 8h")
    .option("--priority <priority>", "urgent, high, normal or low")
    .option("--keep-on-failure", "keep the machine when provisioning fails")
    .option("--no-wait", "answer as soon as the request is on record")
    .option("--json", "answer in JSON")
    .action(async (task: string[], options: Options) => {
      const client = await context.connect();
      const provisioned = await client.call("provision", {
        task: task.join(" "),
        repository: options.repo,
        base: options.base,
        name: options.name,
        labels: options.label,
        ttlMs: options.ttl === undefined ? undefined : mustParseSpan(options.ttl, "--ttl"),
        priority: options.priority,
        keepOnFailure: options.keepOnFailure,
      });
      const { name } = provisioned.thopter;
      if (!options.wait) {
        answer(context, { json: options.json, result: provisioned }, () =>
          context.terminal.print(`${name}: ${provisioned.operation.explanation}`),
        );
        return;
      }
      const ids = [provisioned.operation.id];
      const operations = await followOperations(client, ids, context);
      mustHaveSucceeded(operations);
      const thopter = await client.call("getThopter", { thopter: provisioned.thopter.id });
      answer(context, { json: options.json, result: { thopter, operation: operations[0] } }, () =>
        context.terminal.print(`${name} is ready. See it with: thopter screen ${name}`),
      );
    });
};

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
