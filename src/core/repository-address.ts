import { UserError } from "./errors.ts";
import { untrustedText } from "./untrusted-text.ts";

export type RepositoryAddress = { address: string; protocol: "https" | "ssh" | "file" };

const scpLike = /^[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[A-Za-z0-9_~/][^\s]*$/;
const shorthand = /^([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9_.][A-Za-z0-9_.-]*)$/;
const hostPattern = /^(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;
const userPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const longest = 1000;

/**
 * Checks the address of a repository: https, ssh, `owner/name` on GitHub, or, where allowed, an
 * absolute local path. Throws UserError, which shows no login. What passes can never be read as an
 * option by git.
 */
export function parseRepository(input: string, allow: { local: boolean }): RepositoryAddress {
  const address = input.trim();
  if (address.length === 0 || address.length > longest || address.startsWith("-")) {
    throw refusal(input, "it is not an address");
  }
  if (hidesSomething(address)) {
    throw refusal(input, "it holds a space, or a character that cannot be seen");
  }
  if (address.startsWith("https://")) return { address: checkUrl(address), protocol: "https" };
  if (address.startsWith("ssh://")) return { address: checkUrl(address), protocol: "ssh" };
  if (address.startsWith("/") || address.startsWith("file:///")) {
    if (!allow.local) throw refusal(input, "local paths are for persons only");
    return { address, protocol: "file" };
  }
  // git would take what stands before `://` for a protocol.
  if (scpLike.test(address) && !address.includes("://")) return { address, protocol: "ssh" };
  const [, owner, name] = shorthand.exec(address) ?? [];
  if (owner === undefined || name === undefined || /^\.+$/.test(name)) {
    throw refusal(input, "only https and ssh are allowed");
  }
  const repository = name.endsWith(".git") ? name : `${name}.git`;
  return { address: `https://github.com/${owner}/${repository}`, protocol: "https" };
}

function checkUrl(address: string): string {
  const rest = address.slice(address.indexOf("//") + 2);
  const [authority = "", ...path] = rest.split("/");
  const at = authority.lastIndexOf("@");
  const user = at < 0 ? undefined : authority.slice(0, at);
  const isPlainUser = user === undefined || (address.startsWith("ssh") && userPattern.test(user));
  // A login whose password holds a slash has its `@` in what looks like the path.
  if (!isPlainUser || (authority.includes(":") && path.join("/").includes("@"))) {
    throw refusal(address, "an address holds no login. Set GITHUB_TOKEN on the hub instead");
  }
  if (/[?#]/.test(address)) throw refusal(address, "an address holds neither ? nor #");
  const host = hostPattern.exec(authority.slice(at + 1));
  const port = Number(host?.[1] ?? 443);
  if (host === null || port < 1 || port > 65_535 || path.join("").length === 0) {
    throw refusal(address, "it names no repository");
  }
  return address;
}

function hidesSomething(address: string): boolean {
  return /\s/.test(address) || untrustedText(address, { maxLength: longest }) !== address;
}

function refusal(input: string, why: string): UserError {
  return new UserError(
    `Cannot use the repository "${withoutLogin(input)}": ${why}. Give an address such as "https://github.com/owner/name" or "git@host:owner/name.git".`,
  );
}

/** An address as it may be repeated: nothing before its last `@`, nothing behind a `?` or `#`. */
function withoutLogin(input: string): string {
  const shown = input
    .slice(0, longest)
    .replace(/^([A-Za-z+.-]{1,20}:\/\/)?[\s\S]*@/, "$1***@")
    .replace(/[?#][\s\S]*$/, "?***");
  return untrustedText(shown, { maxLength: 200 });
}

const refPattern = /^[A-Za-z0-9_][A-Za-z0-9._/+@-]*$/;

/** Checks the name of a branch, tag or commit. Throws UserError. */
export function parseBase(base: string): string {
  const bad =
    base.includes("..") || base.includes("@{") || base.endsWith(".lock") || base.endsWith("/");
  if (refPattern.test(base) && base.length <= 250 && !bad) return base;
  throw new UserError(
    `Cannot start from "${untrustedText(base, { maxLength: 100 })}": that is no name of a branch, tag or commit.`,
  );
}
