import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../core/errors.ts";
import type { ThopterView } from "../../core/ports/fleet.ts";
import type { RegisterCommand } from "../command.ts";
import { answer, CommandFailed, exitCodes, mustParseSpan } from "../command.ts";
import { stateOf } from "../words.ts";

type Options = { until: string; any?: boolean; timeout: string; json?: boolean };

/** One call of the API waits at most this long, in milliseconds; a longer wait is made of several. */
const onceMs = 30_000;
const pauseMs = 1000;

const examples = `
Examples:
  thopter wait amber-falcon                        until its agent is done or wants something
  thopter wait amber-falcon jade-owl --any         until the first of them is
  thopter wait amber-falcon --until ready -t 5m    until it can be told something`;

export const registerWait: RegisterCommand = (program, context) => {
  program
    .command("wait")
    .summary("wait until thopters are ready, or have settled")
    .description(
      "wait until thopters are ready, or until nothing more will come of them unless someone acts",
    )
    .argument("<thopters...>", "names or ids")
    .option("--until <state>", "ready or settled", "settled")
    .option("--any", "until the first of them, not all")
    .option("-t, --timeout <time>", "give up after this long", "30m")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (thopters: string[], options: Options) => {
      const { until } = options;
      if (until !== "ready" && until !== "settled")
        throw new UserError(`Cannot wait until "${until}": say ready or settled.`);
      const limitMs = mustParseSpan(options.timeout, "--timeout");
      const client = await context.connect();
      const deadline = Date.now() + limitMs;
      const mode = options.any === true ? ("any" as const) : ("all" as const);
      if (context.terminal.isLive)
        context.terminal.note(`Waiting until ${until}. Ctrl-C ends the wait and nothing else.`);
      let waited: { done: boolean; thopters: ThopterView[] };
      do {
        const askedAt = Date.now();
        const timeoutMs = Math.max(0, Math.min(onceMs, deadline - askedAt));
        waited = await client.call(
          "waitForThopters",
          { thopters, until, mode, timeoutMs },
          context.signal,
        );
        // A hub that does not wait is not asked without a pause.
        const early = Math.min(onceMs, deadline - askedAt) - (Date.now() - askedAt);
        if (!waited.done && early > 0)
          await sleep(Math.min(early, pauseMs), undefined, { signal: context.signal });
      } while (!waited.done && Date.now() < deadline);
      answer(context, { json: options.json, result: waited }, (result) => {
        for (const thopter of result.thopters)
          context.terminal.print(`${thopter.name}: ${stateOf(thopter)}`);
      });
      if (!waited.done)
        throw new CommandFailed(`Not ${until} within ${options.timeout}.`, exitCodes.timeout);
    });
};
