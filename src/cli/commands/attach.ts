import { UserError } from "../../core/errors.ts";
import type { CommandContext, RegisterCommand, Seat } from "../command.ts";
import type { HubClient } from "../hub-client.ts";
import { createPainter } from "../painter.ts";
import { createTypist } from "../typist.ts";

const examples = `
Examples:
  thopter attach amber-falcon               its agent's terminal, until Ctrl-]

What you type goes to the agent as it is, Ctrl-C included. Ctrl-] leaves it at work and gives you
your shell back. The terminal has your window's size while you are there. After half an hour in
which you type nothing you are let go.`;

export const registerAttach: RegisterCommand = (program, context) => {
  program
    .command("attach")
    .description("sit down at the terminal of a thopter's agent; Ctrl-] leaves it")
    .argument("<thopter>", "a name or id")
    .addHelpText("after", examples)
    .action(async (thopter: string) => {
      const seat = context.seat();
      if (seat === undefined) {
        throw new UserError(
          `Cannot attach to "${thopter}": this is no terminal. "thopter screen" shows its screen, "thopter tell" types.`,
        );
      }
      const client = await context.connect();
      const { id, thopterName } = await client.call("attach", { thopter, ...sizeOf(seat) });
      try {
        await sit(context, { client, id, seat });
      } finally {
        await client.call("detach", { id }).catch(ignoreEnded);
      }
      context.terminal.note(`Left ${thopterName}; its agent goes on.`);
    });
};

/** Where the thopter is gone or the hub let go, there is nothing to leave. */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof UserError)) throw error;
}

function sizeOf({ screen }: Seat): { columns: number; rows: number } {
  const within = (value: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, value));
  return {
    columns: within(screen.columns ?? 80, 10, 500),
    rows: within(screen.rows ?? 24, 3, 300),
  };
}

type Sitting = { client: HubClient; id: string; seat: Seat };

async function sit({ signal }: CommandContext, sitting: Sitting): Promise<void> {
  const { client, id, seat } = sitting;
  const left = new AbortController();
  const typist = createTypist(seat.keyboard, {
    send: async (data) => void (await client.call("typeIntoTerminal", { id, data })),
    leave: (error) => left.abort(error),
  });
  try {
    await watch(sitting, AbortSignal.any([signal, left.signal]));
  } finally {
    typist.stop();
  }
  signal.throwIfAborted();
  const { reason } = left.signal as { reason: unknown };
  // Whoever leaves gives no reason.
  if (reason instanceof Error && reason.name !== "AbortError") throw reason;
}

/** Paints what the terminal shows until the signal aborts. */
async function watch({ client, id, seat }: Sitting, until: AbortSignal): Promise<void> {
  const painter = createPainter(seat.screen);
  let looking = new AbortController();
  let known: string | undefined;
  const resized = (): void => {
    painter.startAnew();
    looking.abort();
  };
  seat.screen.on("resize", resized);
  try {
    while (!until.aborted) {
      looking = new AbortController();
      const either = AbortSignal.any([until, looking.signal]);
      const request = { id, known, ...sizeOf(seat) };
      const picture = await client
        .call("lookAtTerminal", request, either)
        .catch(unlessAborted(either));
      if (picture !== undefined) painter.paint(picture);
      known = picture?.digest;
    }
  } finally {
    seat.screen.off("resize", resized);
    painter.end();
  }
}

function unlessAborted(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
