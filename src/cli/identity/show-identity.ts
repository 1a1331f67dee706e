import type {
  IdentityDetail,
  IdentityLoginView,
  IdentityView,
} from "../../core/ports/identities.ts";
import { span } from "../../core/words.ts";
import type { CommandContext } from "../command.ts";
import { printFacts } from "../facts.ts";
import { oneLine } from "../shown-text.ts";
import type { HomeWalk } from "./walk-home.ts";

/** A size as people say it: "12 KB", "3.4 MB". */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

export function showIdentities({ terminal }: CommandContext, identities: readonly IdentityView[]) {
  if (identities.length === 0) {
    terminal.note('There are none yet. Make one with "thopter identity create".');
    return;
  }
  terminal.table(
    ["NAME", "OWNER", "SHARED", "HOME", "LOGINS", "DEFAULT", "CHANGED"],
    identities.map((one) => [
      one.name,
      one.mine ? "you" : one.ownerName,
      one.shared ? "yes" : "no",
      one.hasHome ? "yes" : "no",
      one.variables.join(", "),
      defaultWords(one),
      `${span(Date.now() - one.updatedAt)} ago`,
    ]),
  );
}

export function showIdentity({ terminal }: CommandContext, identity: IdentityDetail): void {
  const { home, logins, capturedFrom } = identity;
  const facts = [
    { name: "name", value: identity.name },
    { name: "owner", value: identity.ownerName },
    { name: "shared", value: identity.shared ? "with everyone" : "no" },
    { name: "default", value: defaultWords(identity) },
    {
      name: "home",
      value:
        home === undefined
          ? "none"
          : `${home.entries} entries, ${sizeWords(home.bytes)}, ${home.digest.slice(0, 12)}`,
    },
    { name: "from", value: capturedFrom },
    {
      name: "changed",
      value: `${span(Date.now() - identity.updatedAt)} ago by ${oneLine(identity.updatedByName)}`,
    },
    { name: "logins", value: logins.length === 0 ? "none" : logins.map(loginWords).join("\n") },
  ];
  printFacts(terminal, facts, { indent: 0, nameWidth: 10, nameStyle: "dim" });
  for (const { trouble } of logins) {
    if (trouble !== undefined) terminal.note(terminal.style("yellow", asSentence(trouble)));
  }
}

export function showWalk({ terminal }: CommandContext, walk: HomeWalk): void {
  const rows = walk.taken.map(({ path, bytes, looksSecret }) => [
    path,
    sizeWords(bytes),
    looksSecret ? "looks like a credential; it is sealed" : "",
  ]);
  terminal.table(["TAKEN", "SIZE", ""], rows);
  showLeftOut({ terminal }, walk.leftOut);
  terminal.note(`${walk.taken.length} entries, ${sizeWords(walk.bytes)}. Nothing was sent.`);
}

export function showLeftOut(
  { terminal }: Pick<CommandContext, "terminal">,
  leftOut: readonly { path: string; why: string }[],
): void {
  for (const { path, why } of leftOut) terminal.note(`left out: ${oneLine(path)} (${why})`);
}

function asSentence(text: string): string {
  const line = oneLine(text);
  return line.charAt(0).toUpperCase() + line.slice(1);
}

function defaultWords({ isDefault, isHubDefault }: IdentityView): string {
  const whose = [isDefault ? "yours" : "", isHubDefault ? "the hub's" : ""];
  return whose.filter((one) => one !== "").join(", ");
}

function loginWords({ variable, setAt, expiresAt, check }: IdentityLoginView): string {
  const now = Date.now();
  const parts = [`kept for ${span(now - setAt)}`];
  if (expiresAt !== undefined) {
    const day = new Date(expiresAt).toISOString().slice(0, 10);
    parts.push(`${expiresAt > now ? "expires" : "expired"} ${day}`);
  }
  parts.push(check === undefined ? "never checked" : `${check.result} ${span(now - check.at)} ago`);
  return `${variable}: ${parts.join(", ")}`;
}
