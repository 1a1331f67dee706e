import { ProviderError } from "../core/errors.ts";

export type RemoteCommand = {
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  hasStdin: boolean;
};

/** What the machine says of a command before the command itself says anything. */
export type StartWord = "started" | "no-directory" | "no-program";

/** By this variable the processes of a command are found again. */
export const markVariable = "THOPTER_RUN";

const keptVariables = ["HOME", "LOGNAME", "PATH", "SHELL", "USER"];

/**
 * The command line for the login shell, whichever that is: it holds neither the command nor its
 * environment. These come as the first line of stdin, where no list of processes shows them.
 */
export function loginCommand(id: string): string {
  const kept = keptVariables.map((name) => `${name}="$${name}"`).join(" ");
  const script = 'IFS= read -r line && eval "$line"';
  return `exec env -i ${markVariable}=${id} ${kept} /bin/sh -c '${script}'`;
}

/** The first line of stdin: says on both outputs that it starts, and becomes the program. */
export function startLine(id: string, command: RemoteCommand): string {
  check(command);
  const exports = Object.entries(command.env).map(([name, value]) => `${name}=${quote(value)}`);
  const statements = [
    `nl=$(printf '\\nx') nl=\${nl%x}`,
    `say() { printf '%s %s\\n' ${id} "$1"; printf '%s %s\\n' ${id} "$1" >&2; }`,
    `cd ${quote(command.cwd)} 2>/dev/null || { say no-directory; exit 1; }`,
    `set -- ${command.argv.map(quote).join(" ")}`,
    "unset OLDPWD",
    ...(exports.length > 0 ? [`export ${exports.join(" ")}`] : []),
    `command -v "$1" >/dev/null || { say no-program; exit 1; }`,
    "say started",
    // Bash takes what is no file for the sign of a remote login, and reads its start files.
    `exec "$@"${command.hasStdin ? "" : " </dev/null"}`,
  ];
  return `${statements.join("; ")}\n`;
}

/** One word for a POSIX shell that is read as a line: any text but NUL. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`).replaceAll("\n", `'"$nl"'`)}'`;
}

function check({ argv, cwd, env }: RemoteCommand): void {
  const refuse = (reason: string): never => {
    const message = `Cannot start ${JSON.stringify(argv[0] ?? "")}: ${reason}`;
    throw new ProviderError(message, { kind: "permanent" });
  };
  if (argv[0] === undefined || argv[0] === "") refuse("it has no name");
  if ([...argv, cwd, ...Object.values(env)].some((text) => text.includes("\0"))) {
    refuse("an argument, a variable or the directory holds a NUL");
  }
  const wrong = Object.keys(env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (wrong !== undefined) refuse(`${JSON.stringify(wrong)} is no name for a variable`);
}
