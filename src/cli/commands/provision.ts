import { resolve } from "node:path";
import { Option } from "commander";
import { priorities } from "../../core/operation.ts";
import type { Priority } from "../../core/operation.ts";
import type { RegisterCommand } from "../command.ts";
import { answer, mustHaveSucceeded, mustParseSpan } from "../command.ts";
import { followOperations } from "../follow.ts";

type Options = {
  repo: string;
  base?: string;
  name?: string;
  label: string[];
  ttl?: string;
  priority?: Priority;
  keepOnFailure?: boolean;
  wait: boolean;
  json?: boolean;
};

const examples = `
Examples:
  thopter provision "mend the login" --repo owner/name
  thopter provision "try the new parser" --repo . --base main --name amber-falcon --ttl 8h
  thopter provision "count the tests" --repo git@host:owner/name.git --no-wait --json`;

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
    .addOption(new Option("--priority <priority>", "its place in the lane").choices(priorities))
    .option("--keep-on-failure", "keep the machine when provisioning fails")
    .option("--no-wait", "answer as soon as the request is on record")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (task: string[], options: Options) => {
      const ttlMs = options.ttl === undefined ? undefined : mustParseSpan(options.ttl, "--ttl");
      const client = await context.connect();
      const provisioned = await client.call("provision", {
        task: task.join(" "),
        repository: repositoryOf(options.repo),
        base: options.base,
        name: options.name,
        labels: options.label,
        ttlMs,
        priority: options.priority,
        keepOnFailure: options.keepOnFailure,
      });
      const { name } = provisioned.thopter;
      if (!options.wait) {
        answer(context, { json: options.json, result: provisioned }, () =>
          context.terminal.print(
            `provision ${name}: ${provisioned.operation.explanation} (${provisioned.operation.id})`,
          ),
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

/** A path from here is meant for the hub on this machine. */
function repositoryOf(address: string): string {
  return /^\.{1,2}(?:\/|$)/.test(address) ? resolve(address) : address;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
