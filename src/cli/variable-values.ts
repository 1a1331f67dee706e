import { UserError } from "../core/errors.ts";
import type { CommandContext } from "./command.ts";

export type ValueOptions = { fromEnv?: boolean; stdin?: boolean; unset?: boolean };

type Seat = Pick<CommandContext, "askSecret" | "environment" | "input">;

/**
 * The values of variables: typed by the person without showing, from the environment, or from what
 * is piped in. Never from the command line, which others on the machine can read.
 */
export async function readValues(
  seat: Seat,
  names: readonly string[],
  { fromEnv, stdin }: ValueOptions,
): Promise<Record<string, string>> {
  const written = names.find((name) => name.includes("="));
  if (written !== undefined) {
    throw new UserError(
      `Cannot take the value of "${written.replace(/=[\s\S]*$/, "")}" from the command line, where others can read it: give the name alone. It is asked for; --from-env and --stdin take it from elsewhere.`,
    );
  }
  if (stdin === true) return fromInput(seat, names);
  const values: Record<string, string> = {};
  for (const name of names) {
    values[name] = fromEnv === true ? given(seat, name) : await asked(seat, name);
  }
  return values;
}

async function fromInput(
  { input }: Seat,
  names: readonly string[],
): Promise<Record<string, string>> {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    throw new UserError("Cannot take several values from what is piped in: name one variable.");
  }
  // Whatever writes a line ends it; the value itself does not.
  return { [name]: (await input()).replace(/\r?\n$/, "") };
}

function given({ environment }: Seat, name: string): string {
  const value = environment()[name];
  if (value !== undefined && value !== "") return value;
  throw new UserError(`Cannot find "${name}" in your environment: set it there first.`);
}

async function asked({ askSecret }: Seat, name: string): Promise<string> {
  const value = await askSecret(`Value of ${name} (it does not show): `);
  if (value !== undefined && value !== "") return value;
  const why = value === undefined ? "nobody is at the terminal to give it" : "nothing was given";
  throw new UserError(
    `Cannot set "${name}": ${why}. --from-env takes it from your environment, --stdin from what is piped in.`,
  );
}
