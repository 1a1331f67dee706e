import { UserError } from "./errors.ts";
import { untrustedText } from "./untrusted-text.ts";

/** An issue or pull request on GitHub. Both count in one row: a number names one of them. */
export type ContextLink = { owner: string; repository: string; number: number; url: string };

/** So many are read for one thopter. */
export const mostContextLinks = 5;

const pattern =
  "https://github\\.com/([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/([A-Za-z0-9._-]{1,100})/(issues|pull)/([1-9]\\d{0,8})(?![\\w-])";

/** The issues and pull requests that a text names, each once, in their order. */
export function findContextLinks(text: string): ContextLink[] {
  return distinct([...text.matchAll(new RegExp(pattern, "g"))].flatMap((match) => linkOf(match)));
}

/** Reads addresses that were named as context, each once. Throws UserError. */
export function parseContextLinks(urls: readonly string[]): ContextLink[] {
  const links = distinct(urls.map(parseContextLink));
  if (links.length <= mostContextLinks) return links;
  throw new UserError(
    `Cannot take ${links.length} addresses as context: ${mostContextLinks} are the most.`,
  );
}

function parseContextLink(url: string): ContextLink {
  const match = new RegExp(`^${pattern}(?:[/?#]\\S*)?$`).exec(url.trim());
  const [link] = match === null ? [] : linkOf(match);
  if (link !== undefined) return link;
  throw new UserError(
    `Cannot take "${untrustedText(url, { maxLength: 200 })}" as context: give the address of an issue or pull request such as "https://github.com/owner/name/issues/5".`,
  );
}

function linkOf([
  url = "",
  owner = "",
  repository = "",
  ,
  number,
]: readonly string[]): ContextLink[] {
  // As a part of a path these would name something else.
  if (repository === "." || repository === "..") return [];
  const [plain = ""] = url.split(/[?#]/);
  const end = `${owner}/${repository}`.length + "https://github.com/".length;
  const [kind = ""] = plain.slice(end + 1).split("/");
  return [
    {
      ...{ owner, repository, number: Number(number) },
      url: `${plain.slice(0, end)}/${kind}/${number}`,
    },
  ];
}

function distinct(links: readonly ContextLink[]): ContextLink[] {
  const byName = new Map<string, ContextLink>();
  for (const link of links) {
    const name = `${link.owner}/${link.repository}#${link.number}`.toLowerCase();
    if (!byName.has(name)) byName.set(name, link);
  }
  return [...byName.values()];
}
