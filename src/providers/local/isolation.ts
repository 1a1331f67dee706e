import type { Isolation } from "../../core/ports/provider.ts";

/** How the machines of the local provider are kept apart, as `detectIsolation` found it. */
export type LocalIsolation = Isolation &
  ({ mechanism: "bubblewrap"; tools: SandboxTools } | { mechanism: "none" });

/** Full paths of the programs that make a sandbox and run commands in it. */
export type SandboxTools = { bwrap: string; nsenter: string };

export function contained(tools: SandboxTools): LocalIsolation {
  return {
    mechanism: "bubblewrap",
    tools,
    contained: true,
    words:
      "Each thopter runs under bubblewrap: it sees its own home and processes and no other thopter, none of the hub's files and no Unix socket of this machine but abstract ones. The network is this machine's own: what listens on loopback can be reached, so it has to ask for a token.",
  };
}

export function uncontained(reason: string): LocalIsolation {
  return {
    mechanism: "none",
    contained: false,
    words: `Thopters are not contained: ${reason}. An agent can read and change all that this user can, the hub's token and the other thopters included, and a process that hides its environment outlives its thopter.`,
  };
}
