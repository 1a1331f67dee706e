import type { RepositoryView } from "../../core/ports/repositories.ts";
import { repositoryWords, span } from "../../core/words.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer, mustParseSpan } from "../command.ts";
import { printFacts } from "../facts.ts";
import { repositoryPathFrom } from "../repository-path.ts";
import { oneLine } from "../shown-text.ts";
import { readValues } from "../variable-values.ts";
import type { ValueOptions } from "../variable-values.ts";

type Json = { json?: boolean | undefined };

const spelling = `
All spellings of an address are one repository: owner/name, https and ssh.`;

const examples = {
  all: `
Examples:
  thopter repository list                            what is kept for which
  thopter repository env owner/name NPM_TOKEN        asks for its value
  thopter repository trust owner/name --timeout 15m  lets its .thopter/setup run
${spelling}`,
  list: `
Examples:
  thopter repository list                              what is kept for which`,
  show: `
Examples:
  thopter repository show owner/name                   who set which, and when
${spelling}`,
  env: `
Examples:
  thopter repository env owner/name NPM_TOKEN DATABASE_URL
                                                       asks for both values
  thopter repository env owner/name NPM_TOKEN --from-env
                                                       from your environment
  thopter repository env owner/name KEY --stdin < key.pem
                                                       from a file
  thopter repository env owner/name NPM_TOKEN --unset  takes it out

Its variables are in the environment of each agent that is launched from now on;
its setup script does not get them.`,
  trust: `
Examples:
  thopter repository trust owner/name                  its .thopter/setup may run
  thopter repository trust owner/name --timeout 15m    for so long`,
  distrust: `
Examples:
  thopter repository distrust owner/name               unless the settings trust it`,
  delete: `
Examples:
  thopter repository delete owner/name                 its variables, and the trust`,
};

/** `repository`: what the hub keeps for one, whichever way its address is written. */
export const registerRepository: RegisterCommand = (program, context) => {
  const repository = program
    .command("repository")
    .description("keep variables and trust for repositories")
    .addHelpText("after", examples.all);

  const register = (name: Exclude<keyof typeof examples, "all">, words: string) =>
    repository
      .command(name)
      .description(words)
      .option("--json", "answer in JSON")
      .addHelpText("after", examples[name]);
  const about: typeof register = (name, words) =>
    register(name, words).argument("<address>", "https or ssh address, owner/name, or a path");

  register("list", "list the repositories that something is kept for").action(
    async ({ json }: Json) => {
      const client = await context.connect();
      const result = await client.call("listRepositories", {});
      answer(context, { json, result }, (all) => list(context, all));
    },
  );
  about("show", "show what is kept for a repository; never a value").action(
    async (address: string, { json }: Json) => {
      const client = await context.connect();
      const result = await client.call("showRepository", { address: repositoryPathFrom(address) });
      answer(context, { json, result }, (one) => show(context, one));
    },
  );
  about("env", "set variables of its agents' environment; asks for the values")
    .argument("<names...>", "names such as NPM_TOKEN")
    .option("--from-env", "take the values from your environment")
    .option("--stdin", "take the value of one name from what is piped in")
    .option("--unset", "take them out")
    .action(async (address: string, names: string[], options: ValueOptions & Json) => {
      const client = await context.connect();
      const change =
        options.unset === true
          ? { unset: names }
          : { set: await readValues(context, names, options) };
      const request = { address: repositoryPathFrom(address), ...change };
      const result = await client.call("setRepositoryVariables", request);
      answer(context, { json: options.json, result }, (one) => show(context, one));
    });
  about("trust", "let its .thopter/setup run in each new thopter")
    .option("--timeout <time>", "how long it may take, at most 60m; 10m when absent")
    .action(async (address: string, { timeout, json }: Json & { timeout?: string }) => {
      const setupTimeoutMs =
        timeout === undefined ? undefined : mustParseSpan(timeout, "--timeout");
      await trust(context, { address, trusted: true, setupTimeoutMs, json });
    });
  about("distrust", "no longer let its .thopter/setup run").action(
    async (address: string, { json }: Json) =>
      trust(context, { address, trusted: false, setupTimeoutMs: undefined, json }),
  );
  about("delete", "forget all that is kept for a repository").action(
    async (address: string, { json }: Json) => {
      const client = await context.connect();
      const request = { address: repositoryPathFrom(address) };
      const result = await client.call("deleteRepository", request);
      answer(context, { json, result }, (one) =>
        context.terminal.print(`Nothing is kept for ${oneLine(one.address)} now.`),
      );
    },
  );
};

async function trust(
  context: CommandContext,
  {
    json,
    address,
    ...request
  }: Json & { address: string; trusted: boolean; setupTimeoutMs: number | undefined },
): Promise<void> {
  const client = await context.connect();
  const result = await client.call("trustRepository", {
    ...request,
    address: repositoryPathFrom(address),
  });
  answer(context, { json, result }, (one) => show(context, one));
}

function list({ terminal }: CommandContext, all: readonly RepositoryView[]): void {
  if (all.length === 0) terminal.note("Nothing is kept for any repository.");
  else terminal.table(head, all.map(rowOf));
}

const head = ["REPOSITORY", "VARIABLES", "SETUP", "CHANGED"];

function rowOf(one: RepositoryView): string[] {
  const names = one.variables.map(({ name }) => name).join(" ");
  const changed = `${span(Date.now() - one.changedAt)} ago`;
  return [repositoryWords(one.address), names, setupWords(one), changed];
}

function show({ terminal }: CommandContext, one: RepositoryView): void {
  const variables = one.variables.map(
    ({ name, setAt, setByName }) =>
      `${name}: set ${span(Date.now() - setAt)} ago by ${oneLine(setByName)}`,
  );
  const facts = [
    { name: "repository", value: one.address },
    { name: "setup", value: setupWords(one) },
    { name: "variables", value: variables.length === 0 ? "none" : variables.join("\n") },
  ];
  printFacts(terminal, facts, { indent: 0, nameWidth: 12, nameStyle: "dim" });
}

function setupWords({ trusted, trustedBySettings, setupTimeoutMs }: RepositoryView): string {
  if (!trusted && !trustedBySettings) return "may not run";
  const time = setupTimeoutMs === undefined ? "" : `, for ${span(setupTimeoutMs)}`;
  return `may run${trusted ? "" : " by the hub's settings"}${time}`;
}
