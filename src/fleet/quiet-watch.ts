import type { Engine } from "../core/ports/engine.ts";
import type { Write } from "../core/ports/store.ts";

/** The engine's changes as anyone may see them: without what agents said last, which is for those who may read it. */
export function watchQuietly(
  engine: Pick<Engine, "watch">,
  signal: AbortSignal,
): AsyncIterable<Write> {
  // Begun at once, so that nothing is missed before the first is asked for.
  const writes = engine.watch(signal);
  async function* read(): AsyncGenerator<Write> {
    for await (const write of writes) yield quiet(write);
  }
  return read();
}

function quiet(write: Write): Write {
  if (write.kind !== "thopter" || write.record.agentState?.lastMessage === undefined) return write;
  const { lastMessage: _said, ...agentState } = write.record.agentState;
  return { kind: "thopter", record: { ...write.record, agentState } };
}
