import { CommandFailed, exitCodes } from "./command.ts";
import type { CommandContext } from "./command.ts";

/** From this many on, or where it `isTyped`, the number has to be typed: a yes comes too easily. */
const many = 10;

/** Asks the person at the terminal to confirm. Throws CommandFailed, with `otherwise`, when they do not. */
export async function confirm(
  context: Pick<CommandContext, "ask">,
  {
    question,
    count,
    isTyped = false,
    otherwise,
  }: { question: string; count: number; isTyped?: boolean; otherwise: string },
): Promise<void> {
  const wanted = isTyped || count >= many ? String(count) : "yes";
  const reply = await context.ask(`${question} Type "${wanted}": `);
  if (reply?.trim().toLowerCase() === wanted) return;
  const why =
    reply === undefined
      ? "nobody is at the terminal to confirm (use --yes)"
      : "it was not confirmed";
  throw new CommandFailed(`${otherwise}: ${why}.`, exitCodes.forbidden);
}
