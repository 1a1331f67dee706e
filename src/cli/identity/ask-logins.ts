import { UserError } from "../../core/errors.ts";
import type { CommandContext } from "../command.ts";

type Login = { variable: string; value: string };

const logins = ["CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"];

/**
 * The logins for an identity: asked for at the terminal, or taken from the environment; never from
 * the command line, which others can read.
 */
export async function askLogins(
  context: CommandContext,
  { login = false, secret = [] }: { login?: boolean; secret?: readonly string[] },
): Promise<Login[]> {
  const given: Login[] = login ? await askLogin(context) : [];
  for (const variable of secret) given.push(await askSecret(context, variable));
  return given;
}

async function askLogin({ askSecret: ask, environment }: CommandContext): Promise<Login[]> {
  const reply = await ask('An API key, or what "claude setup-token" prints: ');
  if (reply !== undefined) return [known(reply.trim())];
  const variables = environment();
  const found = logins.flatMap((variable) => {
    const value = variables[variable];
    return value === undefined || value === "" ? [] : [{ variable, value }];
  });
  if (found.length > 0) return found;
  throw new UserError(
    `Cannot ask for a login: nobody is at the terminal. Set ${logins.join(" or ")} in the environment of this command.`,
  );
}

/** What a login is for shows in how it begins. */
function known(value: string): Login {
  if (value.startsWith("sk-ant-oat")) return { variable: "CLAUDE_CODE_OAUTH_TOKEN", value };
  if (value.startsWith("sk-ant-")) return { variable: "ANTHROPIC_API_KEY", value };
  if (value.startsWith("sk-")) return { variable: "OPENAI_API_KEY", value };
  throw new UserError(
    "Cannot tell what that login is for. Name its variable with --secret, such as --secret ANTHROPIC_API_KEY.",
  );
}

async function askSecret(context: CommandContext, variable: string): Promise<Login> {
  const value = context.environment()[variable];
  if (value !== undefined && value !== "") return { variable, value };
  const reply = await context.askSecret(`${variable}: `);
  if (reply !== undefined && reply !== "") return { variable, value: reply };
  throw new UserError(
    `Cannot take "${variable}" from the environment: it is not set there, and nobody is at the terminal to give it.`,
  );
}
