import { UserError } from "../../core/errors.ts";
import type { CommandContext, RegisterCommand } from "../command.ts";
import { answer } from "../command.ts";
import { createHubClient, NoHubError } from "../hub-client.ts";
import { readFormerLogin, removeLogin } from "../saved-login.ts";
import type { SavedLogin } from "../saved-login.ts";
import { safe } from "../shown-text.ts";

/** Nobody waits longer than this for a hub that is to forget them, in milliseconds. */
const patienceMs = 10_000;

const examples = `
Examples:
  thopter logout                            its token counts no more, there and here`;

export const registerLogout: RegisterCommand = (program, context) => {
  program
    .command("logout")
    .description("end what thopter login began: its token counts no more")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async ({ json }: { json?: boolean }) => {
      const { dataDirectory } = context.connection();
      const login = await readFormerLogin(dataDirectory);
      const trouble = login === undefined ? undefined : await endLogin(context, login);
      await removeLogin(dataDirectory);
      const result = {
        loggedOut: login !== undefined,
        revoked: login !== undefined && trouble === undefined,
        ...(login !== undefined && { url: login.url, tokenId: login.tokenId }),
      };
      answer(context, { json, result }, () => {
        if (login === undefined) context.terminal.note("There was no login.");
        else context.terminal.print(`Logged out of ${login.url}.`);
      });
      if (trouble !== undefined) context.terminal.note(context.terminal.style("yellow", trouble));
    });
};

/** Revokes the token of a login; answers with what to do where the hub did not. */
export async function endLogin(
  { signal }: Pick<CommandContext, "signal">,
  login: SavedLogin,
): Promise<string | undefined> {
  const { url, token, tokenId } = login;
  try {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    await createHubClient({ url, token }).call("revokeToken", { id: tokenId }, soon);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    // Then it counts no more already.
    if (error instanceof UserError && error.code === "unauthenticated") return undefined;
    const isLate = error instanceof Error && error.name === "TimeoutError";
    if (!(error instanceof UserError) && !(error instanceof NoHubError) && !isLate) throw error;
    const why = isLate ? "it does not answer" : safe(error.message);
    return `The hub at ${url} did not revoke the token, which still counts there: ${why}\nRevoke it from a machine that is linked: thopter token revoke ${safe(tokenId)}`;
  }
}
