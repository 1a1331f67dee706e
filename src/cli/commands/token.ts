import type { TokenView } from "../../core/person.ts";
import type { RegisterCommand } from "../command.ts";
import { answer, mustParseRole, mustParseSpan } from "../command.ts";
import { oneLine } from "../shown-text.ts";
import { span } from "../../core/words.ts";

type CreateOptions = {
  agent?: boolean;
  label: string;
  role?: string;
  readOnly?: boolean;
  toolset: string[];
  expires?: string;
  person?: string;
  json?: boolean;
};

export const registerToken: RegisterCommand = (program, context) => {
  const token = program.command("token").description("make, list and revoke tokens");

  token
    .command("create")
    .description("make a token; its secret is shown this once")
    .option("--agent", "for a coding agent: it acts for you and can never approve")
    .option("--label <text>", "what it is for", "command line")
    .option("--role <role>", "viewer, operator or admin; yours when absent")
    .option("--read-only", "it may look and nothing else")
    .option(
      "--toolset <name>",
      "a group of tools beyond the usual, such as run; may be repeated",
      collect,
      [],
    )
    .option("--expires <time>", "such as 30d; never when absent")
    .option("--person <name>", "for someone else (admins only)")
    .option("--json", "answer in JSON")
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
          ),
      );
    });

  token
    .command("revoke")
    .description("make a token worthless at once")
    .argument("<id>")
    .option("--json", "answer in JSON")
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

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
