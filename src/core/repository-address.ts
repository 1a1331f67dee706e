import { UserError } from "./errors.ts";

export type RepositoryAddress = { address: string; protocol: "https" | "ssh" | "file" };

const scpLike = /^[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[A-Za-z0-9_~/][^\s]*$/;
const shorthand = /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9_.][A-Za-z0-9_.-]*$/;
const longest = 1000;

/**
 * Checks the address of a repository: https, ssh, `owner/name` on GitHub, or, where allowed, an
 * absolute local path. Throws UserError. What passes can never be read as an option by git.
 */
export function parseRepository(input: string, allow: { local: boolean }): RepositoryAddress {
  const address = input.trim();
  if (
    address.length === 0 ||
    address.length > longest ||
    hasControl(address) ||
    address.startsWith("-")
  ) {
    throw refusal(input, "it is not an address");
  }
  if (address.startsWith("https://"))
    return { address: checkUrl(address, input), protocol: "https" };
  if (address.startsWith("ssh://")) return { address: checkUrl(address, input), protocol: "ssh" };
  if (address.startsWith("/") || address.startsWith("file:///")) {
    if (!allow.local) throw refusal(input, "local paths are for persons only");
    return { address, protocol: "file" };
  }
  if (scpLike.test(address)) return { address, protocol: "ssh" };
  if (shorthand.test(address))
    return { address: `https://github.com/${address}.git`, protocol: "https" };
  throw refusal(input, "only https and ssh are allowed");
}

function checkUrl(address: string, input: string): string {
  const rest = address.slice(address.indexOf("//") + 2);
  const [authority = "", ...path] = rest.split("/");
  const at = authority.lastIndexOf("@");
  const user = at < 0 ? "" : authority.slice(0, at);
  const host = authority.slice(at + 1);
  if (user.includes(":") || (address.startsWith("https://") && user !== "")) {
    throw refusal(
      address.replace(user, "***"),
      "an address holds no login. Set GITHUB_TOKEN on the hub instead",
    );
  }
  if (!/^[A-Za-z0-9[][A-Za-z0-9.:\]-]*$/.test(host) || path.join("").length === 0) {
    throw refusal(input, "it names no repository");
  }
  return address;
}

function hasControl(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u0020\u007f]/.test(text);
}

function refusal(input: string, why: string): UserError {
  return new UserError(
    `Cannot use the repository "${input.slice(0, 200)}": ${why}. Give an address such as "https://github.com/owner/name" or "git@host:owner/name.git".`,
  );
}

const refPattern = /^[A-Za-z0-9_][A-Za-z0-9._/+@-]*$/;

/** Checks the name of a branch, tag or commit. Throws UserError. */
export function parseBase(base: string): string {
  const bad =
    base.includes("..") || base.includes("@{") || base.endsWith(".lock") || base.endsWith("/");
  if (refPattern.test(base) && base.length <= 250 && !bad) return base;
  throw new UserError(
    `Cannot start from "${base.slice(0, 100)}": that is no name of a branch, tag or commit.`,
  );
}
