import type { TokenView } from "../../core/person.ts";
import type { RegisterCommand } from "../command.ts";
import { answer, collect, mustParseRole, mustParseSpan } from "../command.ts";
import { oneLine } from "../shown-text.ts";
import { span } from "../../core/words.ts";

type CreateOptions = {
  agent?: boolean;
  label: string;
  role?: string;
  readOnly?: boolean;
  toolset?: string[];
  expires?: string;
  person?: string;
  json?: boolean;
};

const examples = {
  all: `
Examples:
  thopter token create --agent              for a coding agent that works for you
  thopter token list                        who can reach the hub, and as what`,
  create: `
Examples:
  thopter token create --label laptop       for yourself on another machine: THOPTER_TOKEN
  thopter token create --agent --toolset run --expires 30d
                                            for an agent that may run commands, for a month
  thopter token create --agent --read-only  for an agent that may only look
  thopter token create --person ann --role operator
                                            for someone else`,
  list: `
Examples:
  thopter token list                        their ids; nobody can see a secret again`,
  revoke: `
Examples:
  thopter token revoke 01K9ZP3M00BC6T789SWMQQVVDE`,
};

export const registerToken: RegisterCommand = (program, context) => {
  const token = program
    .command("token")
    .description("make, list and revoke tokens")
    .addHelpText("after", examples.all);

  token
    .command("create")
    .description("make a token; its secret is shown this once")
    .option("--agent", "for a coding agent: it acts for you and can never approve")
    .option("--label <text>", "what it is for", "command line")
    .option("--role <role>", "viewer, operator or admin; yours when absent")
    .option("--read-only", "it may look and nothing else")
    .option(
      "--toolset <name>",
      "more than is usual: run (commands), identities (choose yours); may be repeated",
      collect,
    )
    .option("--expires <time>", "such as 30d; never when absent")
    .option("--person <name>", "for someone else (admins only)")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.create)
    .action(async (options: CreateOptions) => {
      const { expires } = options;
      const request = {
        kind: options.agent === true ? ("agent" as const) : ("person" as const),
        label: options.label,
        role: options.role === undefined ? undefined : mustParseRole(options.role),
        readOnly: options.readOnly,
        toolsets: options.toolset,
        expiresInMs: expires === undefined ? undefined : mustParseSpan(expires, "--expires"),
        person: options.person,
      };
      const client = await context.connect();
      const made = await client.call("createToken", request);
      answer(context, { json: options.json, result: made }, ({ secret }) => {
        context.terminal.note("Keep it: it is not shown again.");
        context.terminal.print(secret);
      });
    });

  token
    .command("list")
    .description("list tokens; their secrets are not known to the hub")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.list)
    .action(async (options: { json?: boolean }) => {
      const client = await context.connect();
      answer(
        context,
        { json: options.json, result: await client.call("listTokens", {}) },
        (tokens) =>
          context.terminal.table(
            ["ID", "KIND", "LABEL", "PERSON", "ROLE", "AGE", ""],
            tokens.map((one) => [
              one.id,
              one.kind,
              one.label,
              one.personName,
              one.readOnly ? `${one.role}, read-only` : one.role,
              span(Date.now() - one.createdAt),
              endOf(one),
            ]),
            { whole: ["ID"] },
          ),
      );
    });

  token
    .command("revoke")
    .description("make a token worthless at once")
    .argument("<id>")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples.revoke)
    .action(async (id: string, options: { json?: boolean }) => {
      const client = await context.connect();
      answer(
        context,
        { json: options.json, result: await client.call("revokeToken", { id }) },
        ({ label }) => context.terminal.print(`Token "${oneLine(label)}" is revoked.`),
      );
    });
};

function endOf({ revokedAt, expiresAt }: TokenView): string {
  if (revokedAt !== undefined) return "revoked";
  if (expiresAt === undefined) return "";
  const left = expiresAt - Date.now();
  return left > 0 ? `${span(left)} left` : "expired";
}
