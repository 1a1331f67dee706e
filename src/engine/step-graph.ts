/** A piece of work that waits for others by name. */
export type GraphNode = { name: string; after: readonly string[] };

/**
 * Runs each node once all it waits for have succeeded; what can run together does. After the first
 * failure nothing new starts, `onFailure` is told, and the answer comes once all that runs has let
 * go. Names that are not among the nodes count as done.
 */
export async function runGraph<T extends GraphNode>(
  nodes: readonly T[],
  run: (node: T) => Promise<void>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const started = new Map<string, Promise<void>>();
  let failure: { error: unknown } | undefined;

  async function runAfterOthers(node: T): Promise<void> {
    // All have to be known before one looks for those it waits for.
    await Promise.resolve();
    await Promise.all(node.after.map(async (name) => started.get(name)));
    if (failure !== undefined) return;
    try {
      await run(node);
    } catch (error) {
      failure ??= { error };
      onFailure(error);
    }
  }

  for (const node of nodes) started.set(node.name, runAfterOthers(node));
  await Promise.all(started.values());
  if (failure !== undefined) throw failure.error;
}
