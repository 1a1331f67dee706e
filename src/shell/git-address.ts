import { UserError } from "../core/errors.ts";
import type { GitAccess } from "../core/ports/git.ts";

type Address = {
  protocol: string;
  /** "https://host:port" of an https address: where the token may go. */
  httpsOrigin?: string;
};

/** Reads the address of a repository. Throws UserError for one that git must never see. */
export function parseAddress(repository: string, protocols: string): Address {
  const refuse = (reason: string): never => {
    throw new UserError(`Cannot use repository ${JSON.stringify(repository)}: ${reason}`);
  };
  if (repository.startsWith("-")) refuse("it starts with a dash. Name an https or ssh address.");
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0020\u007f]/.test(repository)) refuse("it holds a space or control character.");
  const address = readAddress(repository) ?? refuse("it is no https or ssh address.");
  if (!protocols.split(":").includes(address.protocol)) {
    refuse(
      `"${address.protocol}" is not allowed here. Allowed: ${protocols.replaceAll(":", ", ")}.`,
    );
  }
  if (address.secret === true) {
    refuse("it holds a password. Leave it out and set GITHUB_TOKEN instead.");
  }
  return address;
}

function readAddress(repository: string): (Address & { secret?: boolean }) | undefined {
  if (/^[a-z0-9+.-]*::/i.test(repository)) {
    return { protocol: repository.slice(0, repository.indexOf("::")) };
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(repository)) return readUrl(repository);
  if (repository.startsWith("/")) return { protocol: "file" };
  // git@host:path, the short form of ssh.
  return /^([\w.+-]+@)?\w[\w.-]*:[^-]/.test(repository) ? { protocol: "ssh" } : undefined;
}

function readUrl(repository: string): (Address & { secret?: boolean }) | undefined {
  if (!URL.canParse(repository)) return undefined;
  const url = new URL(repository);
  const protocol = url.protocol.slice(0, -1);
  // Git itself refuses ssh hosts and users that start with a dash only since 2.14.
  if (url.hostname.startsWith("-") || url.username.startsWith("-")) return undefined;
  return {
    protocol,
    secret: url.password !== "",
    ...(protocol === "https" ? { httpsOrigin: `https://${url.host}` } : {}),
  };
}

// The shell that git starts reads the token where only this process and its children can.
const helper =
  '!f() { test "$1" = get && echo username=x-access-token && echo "password=$THOPTER_GIT_TOKEN"; }; f';

/** How a command reaches a repository: the token by a helper that answers for its https host alone. */
export function reaching(
  repository: string,
  access: GitAccess,
): { settings: string[]; env: Record<string, string> } {
  const { httpsOrigin } = parseAddress(repository, access.protocols);
  const env = { GIT_ALLOW_PROTOCOL: access.protocols };
  if (access.token === undefined || httpsOrigin === undefined) return { settings: [], env };
  return {
    settings: [`credential.${httpsOrigin}.helper=${helper}`],
    env: { ...env, THOPTER_GIT_TOKEN: access.token },
  };
}
