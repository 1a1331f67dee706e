import { randomUUID } from "node:crypto";
import { Option } from "commander";
import { UserError } from "../../core/errors.ts";
import { priorities } from "../../core/operation.ts";
import type { Priority } from "../../core/operation.ts";
import type { ProvisionRequest } from "../../core/ports/fleet.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, collect, mustHaveSucceeded, mustParseSpan } from "../command.ts";
import { followOperations } from "../follow.ts";
import { provisionMany, withKeys } from "../provision-many.ts";
import { repositoryPathFrom } from "../repository-path.ts";
import { readTaskFile } from "../task-file.ts";
import { collectVariable } from "./template.ts";
import type { TaskLine } from "../task-file.ts";

type Options = {
  repo?: string;
  base?: string;
  name?: string;
  label?: string[];
  ttl?: string;
  priority?: Priority;
  keepOnFailure?: boolean;
  context?: string[];
  trustSetup?: boolean;
  count?: string;
  from?: string;
  key?: string;
  template?: string;
  var?: Record<string, string>;
  identity?: string;
  wait: boolean;
  json?: boolean;
};

const mostAtOnce = 100;

const examples = `
Examples:
  thopter provision "mend the login" --repo owner/name
  thopter provision "try the new parser" -r . -b main -n amber-falcon --ttl 8h
  thopter provision "count tests" -r git@host:owner/name.git --no-wait --json
  thopter provision "find the leak" -r owner/name --count 3 --label leak
  thopter provision "mend it" -r owner/name --template bugfix --var ticket=42
  thopter provision --from tasks.jsonl --repo owner/name

"thopter template list" shows the hub's templates; repo:bugfix is
.thopter/templates/bugfix.md of the repository, and none is none, whatever the
repository's .thopter/config.yml names.

Each line of a file for --from is a JSON object: {"task": "mend the login"}, and
as it likes "repository", "base", "name", "labels", "ttl", "priority",
"template", "variables" and "key"; what it leaves out the options say. Each is
accepted or refused by itself. The same file again makes only what is missing;
with another --key it makes all of it once more.`;

export const registerProvision: RegisterCommand = (program, context) => {
  program
    .command("provision")
    .description("make a thopter and give its agent a task")
    .argument("[task...]", "what the agent should do")
    .option("-r, --repo <address>", "https or ssh address, owner/name on GitHub, or a local path")
    .option("-b, --base <ref>", "branch, tag or commit to start from")
    .option("-n, --name <name>", "a name such as amber-falcon; chosen when absent")
    .option("-l, --label <label>", "a label; may be repeated", collect)
    .option("--ttl <time>", "how long it lives once ready, such as 8h")
    .addOption(new Option("--priority <priority>", "its place in the lane").choices(priorities))
    .option("--template <template>", "put the task into this template")
    .option("--var <name=value>", "a variable of the template; may be repeated", collectVariable)
    .option("--context <url>", "an issue or pull request it has to know; may be repeated", collect)
    .option("--trust-setup", "let the repository's setup script run this once; for admins")
    .option("--keep-on-failure", "keep the machine when provisioning fails")
    .option("--count <number>", `so many with this task, at most ${mostAtOnce}`)
    .option("--from <file>", "one for each line of a file of tasks")
    .option("--key <text>", "the same request with the same key makes no second one")
    .option("--identity <identity>", "the home and login its agent gets; none for none")
    .option("--no-wait", "answer as soon as the request is on record")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (words: string[], options: Options) => {
      const { from, count, wait, json } = options;
      if (from !== undefined || count !== undefined) {
        const many = from === undefined ? counted(words, options) : await listed(words, options);
        await provisionMany(context, await context.connect(), { ...many, wait, json });
        return;
      }
      await provisionOne(context, requestOf({ task: taskOf(words) }, options), options);
    });
};

async function provisionOne(
  context: CommandContext,
  request: ProvisionRequest,
  { wait, json }: Options,
): Promise<void> {
  const { terminal } = context;
  const client = await context.connect();
  const provisioned = await client.call("provision", request);
  const { name } = provisioned.thopter;
  if (!wait) {
    const { explanation, id } = provisioned.operation;
    answer(context, { json, result: provisioned }, () =>
      terminal.say(`provision ${name}: ${explanation} (${id})`),
    );
    return;
  }
  const operations = await followOperations(client, [provisioned.operation.id], context);
  mustHaveSucceeded(operations);
  const thopter = await client.call("getThopter", { thopter: provisioned.thopter.id });
  answer(context, { json, result: { thopter, operation: operations[0] } }, () =>
    terminal.say(`${name} is ready. See it with: thopter screen ${name}`),
  );
}

type Many = { requests: ProvisionRequest[]; again: string };

/** The same task several times, told apart by a number. */
function counted(words: string[], options: Options): Many {
  const count = Number(options.count);
  if (!/^\d+$/.test(options.count ?? "") || count < 1 || count > mostAtOnce) {
    throw new UserError(
      `Cannot use "${options.count}" for --count: give a number from 1 to ${mostAtOnce}.`,
    );
  }
  const request = requestOf({ task: taskOf(words) }, options);
  const prefix = options.key ?? randomUUID();
  const requests = Array.from({ length: count }, (_, index) => ({
    ...request,
    ...(options.name === undefined ? {} : { name: `${options.name}-${index + 1}` }),
    key: `${prefix}:${index + 1}`,
  }));
  return { requests, again: `The same again with --key ${prefix} asks only for what is missing.` };
}

async function listed(words: string[], options: Options): Promise<Many> {
  const { from = "", count, name, key = "file" } = options;
  if (count !== undefined || name !== undefined || words.length > 0)
    throw new UserError("Cannot use a task, --name or --count with --from: the file has them.");
  const lines = await readTaskFile(from);
  const requests = withKeys(
    lines.map((line) => requestOf(line, options)),
    key,
  );
  return { requests, again: "The same again asks only for what is missing." };
}

/** What a line says wins over the options. */
function requestOf(line: TaskLine, options: Options): ProvisionRequest {
  const ttl = line.ttl ?? options.ttl;
  const key = line.key ?? (options.from === undefined ? options.key : undefined);
  return {
    task: line.task,
    repository: repositoryOf(line.repository ?? options.repo),
    base: line.base ?? options.base,
    name: line.name ?? options.name,
    labels: [...(options.label ?? []), ...(line.labels ?? [])],
    ttlMs: ttl === undefined ? undefined : mustParseSpan(ttl, "--ttl"),
    priority: line.priority ?? options.priority,
    ...templateOf(line, options),
    keepOnFailure: options.keepOnFailure,
    ...(options.context !== undefined && { context: options.context }),
    ...(options.trustSetup === true && { trustSetup: true }),
    ...(options.identity === undefined ? {} : { identity: options.identity }),
    key,
  };
}

/** A line that names a template of its own has its own variables as well. */
function templateOf(
  line: TaskLine,
  options: Options,
): Pick<ProvisionRequest, "template" | "variables"> {
  const template = line.template ?? options.template;
  const given = line.template === undefined ? options.var : {};
  const variables = { ...given, ...line.variables };
  return Object.keys(variables).length === 0 ? { template } : { template, variables };
}

function taskOf(words: readonly string[]): string {
  if (words.length > 0) return words.join(" ");
  throw new UserError("Cannot provision without a task: say what the agent should do.");
}

/** A path from here is meant for the hub on this machine. */
function repositoryOf(address: string | undefined): string {
  if (address === undefined)
    throw new UserError("Cannot provision without a repository: name it with --repo.");
  return repositoryPathFrom(address);
}
