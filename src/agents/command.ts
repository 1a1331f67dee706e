import type { Agent } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import { createPlainKeyboard } from "./talk.ts";
import { createTerminalAgent } from "./terminal-agent.ts";

export type CommandAgentOptions = {
  name?: string;
  /** A command line for sh. Nothing is typed for it: it finds its task in $THOPTER_TASK_FILE. */
  command: string;
  clock: Clock;
  /** How long it writes nothing before it counts as idle. */
  idleAfterMs: number;
  /** How long it has to stay alive to count as launched; 300 when absent. */
  verifyMs?: number;
};

/**
 * Any program as an agent. Its state is what its terminal shows, output, the foreground and its end,
 * and what it reports: the lines of JSON that it appends to the file $THOPTER_REPORTS.
 */
export function createCommandAgent(options: CommandAgentOptions): Agent {
  const { name = "command", command, clock, idleAfterMs, verifyMs = 300 } = options;
  return createTerminalAgent({
    ...{ name, clock, idleAfterMs, verifyMs },
    prepare: async () => ({ command, env: {} }),
    look: async (tmux, pid, signal) => ({
      status: (await tmux.ownsTerminal(pid, signal)) ? "idle" : "working",
    }),
    keyboard: createPlainKeyboard(clock),
  });
}
