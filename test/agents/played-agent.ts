import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Agent } from "../../src/core/ports/agent.ts";
import { describeAgentContract, type AgentUnderTest } from "../contracts/agent-contract.ts";
import { openCommandSession, type CommandSession } from "./command-session.ts";

/** Plays an agent as far as the contract goes: reports, and lines that it is told. */
export function playAgent(begin: string): string {
  return `#!/bin/sh
report() { printf '%s\\n' "$1" >>"$THOPTER_REPORTS"; }
${begin}
echo ready; while IFS= read -r line; do printf '%s\\n' "$line" >>heard; echo noted
case $line in
  "end "*) exit "\${line#end }" ;;
  ask) report '{"status":"waiting","question":"Overwrite it?","choices":["Yes","No"]}' ;;
  "ask freely") report '{"status":"waiting","question":"Which name?"}' ;;
esac; done`;
}

export type PlayedSession<Wish> = CommandSession & {
  agentOf: (script: string, wish?: Wish) => Agent;
};

/** A machine on which scripts play an agent's program; `create` makes the agent of some programs. */
export function openPlayed<Wish>(
  name: string,
  create: (programs: readonly string[], wish: Wish | undefined) => Agent,
): PlayedSession<Wish> {
  const made = openCommandSession();
  let count = 0;
  const agentOf = (script: string, wish?: Wish): Agent => {
    count += 1;
    const program = join(made.session.places.home, `${name} ${count}`);
    writeFileSync(program, script);
    chmodSync(program, 0o755);
    return create([`/nowhere/${name}`, program], wish);
  };
  return { ...made, agentOf };
}

/** The contract for an agent that is played by this script. */
export function describePlayedContract<Wish>(
  name: string,
  {
    open,
    script,
    ...rest
  }: Pick<AgentUnderTest, "kept"> & {
    open: () => PlayedSession<Wish>;
    script: string;
  },
): void {
  describeAgentContract(name, async () => {
    const { session, request, read, agentOf } = open();
    return {
      agent: agentOf(script),
      broken: agentOf("#!/bin/sh\necho no login; exit 1"),
      session,
      request,
      heard: () => read("heard"),
      ...rest,
    };
  });
}
