import type { Caller } from "../core/actor.ts";
import type { Engine } from "../core/ports/engine.ts";
import type { Write } from "../core/ports/store.ts";
import { heardBy } from "./heard-by.ts";

/** The engine's changes as a caller may see them: without what agents were told and said last, which is for those who may read it. */
export function watchQuietly(
  engine: Pick<Engine, "watch">,
  caller: Caller,
  signal: AbortSignal,
): AsyncIterable<Write> {
  // Begun at once, so that nothing is missed before the first is asked for.
  const writes = engine.watch(signal);
  async function* read(): AsyncGenerator<Write> {
    for await (const write of writes) yield quiet(caller, write);
  }
  return read();
}

function quiet(caller: Caller, write: Write): Write {
  if (write.kind === "operation") {
    return { kind: "operation", record: heardBy(caller, write.record) };
  }
  if (write.kind !== "thopter") return write;
  // Long, and no part of what the lists show either.
  const { instructions: _told, ...record } = write.record;
  const { agentState } = record;
  if (agentState?.lastMessage === undefined) return { kind: "thopter", record };
  const { lastMessage: _said, ...known } = agentState;
  return { kind: "thopter", record: { ...record, agentState: known } };
}
