import { resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import { leftOutOf } from "../../core/home-exclusions.ts";
import type { CreateIdentityRequest } from "../../core/ports/identities.ts";
import { parseSpan } from "../../core/words.ts";
import { answer } from "../command.ts";
import type { CommandContext } from "../command.ts";
import type { HubClient } from "../hub-client.ts";
import { askLogins } from "./ask-logins.ts";
import { packHome } from "./pack-home.ts";
import { showIdentity, showLeftOut, showWalk, sizeWords } from "./show-identity.ts";
import { walkHome } from "./walk-home.ts";
import type { HomeWalk } from "./walk-home.ts";

export type CreateOptions = {
  from?: string;
  fromThopter?: string;
  exclude?: string[];
  includeSsh?: boolean;
  login?: boolean;
  secret?: string[];
  expires?: string;
  shared?: boolean;
  replace?: boolean;
  dryRun?: boolean;
  json?: boolean;
};

/** Makes an identity, or says what would be taken. */
export async function createIdentity(
  context: CommandContext,
  name: string,
  options: CreateOptions,
): Promise<void> {
  const { from, fromThopter, json } = options;
  if (from !== undefined && fromThopter !== undefined)
    throw new UserError("Cannot capture from both: give --from or --from-thopter.");
  const walk = from === undefined ? undefined : await walkHome(resolve(from), leftOutOf(options));
  if (options.dryRun === true) {
    if (walk === undefined) throw new UserError("Cannot try that: --dry-run needs --from.");
    answer(context, { json, result: walk }, () => showWalk(context, walk));
    return;
  }
  const expiresAt = options.expires === undefined ? undefined : mustParseEnd(options.expires);
  const logins = await askLogins(context, options);
  const client = await context.connect();
  const home = walk === undefined ? {} : await upload(context, client, { walk, options });
  const { shared, replace, includeSsh, exclude = [] } = options;
  const request: CreateIdentityRequest = {
    ...{ name, shared, replace, fromThopter, includeSsh, logins, expiresAt },
    ...(exclude.length === 0 ? {} : { exclude }),
    ...home,
  };
  const identity = await client.call("createIdentity", request);
  answer(context, { json, result: identity }, () => {
    if (walk === undefined) showLeftOut(context, identity.leftOut);
    showIdentity(context, identity);
    context.terminal.note(`Use it with: thopter provision --identity ${identity.name}`);
  });
}

async function upload(
  { terminal, signal }: CommandContext,
  client: HubClient,
  { walk, options }: { walk: HomeWalk; options: CreateOptions },
): Promise<Pick<CreateIdentityRequest, "upload" | "capturedFrom">> {
  const archive = await packHome(walk);
  showLeftOut({ terminal }, walk.leftOut);
  for (const { path } of walk.taken.filter((one) => one.looksSecret)) {
    terminal.note(`looks like a credential, sealed on the hub: ${path}`);
  }
  terminal.note(`Sending ${walk.taken.length} entries, ${sizeWords(archive.length)} packed.`);
  const sent = await client.uploadHome(archive, { includeSsh: options.includeSsh }, signal);
  return { upload: sent.upload, capturedFrom: `the directory ${walk.directory}` };
}

/** A day such as 2026-12-01, which it does not live to see, or a time from now such as 90d. */
function mustParseEnd(text: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const inMs = parseSpan(text);
  const at = inMs === undefined ? day : Date.now() + inMs;
  if (!Number.isNaN(at)) return at;
  throw new UserError(
    `Cannot use "${text}" for --expires: give a day such as 2026-12-01, or a time such as 90d.`,
  );
}
