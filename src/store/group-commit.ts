export type GroupCommitPorts<T> = {
  /** What an item adds to the size of its batch. */
  sizeOf(item: T): number;
  /** Whether an item makes a batch of its own. */
  isAlone(item: T): boolean;
  /** Called for each item in order, as soon as it has room; throws to refuse this one. */
  accept(item: T): void;
  /** Writes a batch; never called before the last one has ended. */
  write(batch: readonly T[]): Promise<void>;
  written(batch: readonly T[]): void;
  /** Takes the batch that failed and all that was accepted behind it; answers what to throw. */
  lost(items: readonly T[], cause: unknown): Error;
};

export type GroupCommit<T> = {
  /** Resolves once the item is written, rejects once it is refused or lost. */
  submit(item: T): Promise<void>;
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>;
};

type Entry<T> = { item: T; resolve: () => void; reject: (reason: unknown) => void };

/**
 * Writes many items at once. A batch is under way, the next one gathers, and what finds no room in
 * it waits, in order, not yet accepted. A batch leaves as soon as the disk is free, so an item that
 * comes alone leaves at once, and none waits longer than the batches before it take; `maxSize`
 * keeps those short. An item larger than that has a batch to itself: no item is ever split.
 */
export function createGroupCommit<T>(ports: GroupCommitPorts<T>, maxSize: number): GroupCommit<T> {
  const waiting: Entry<T>[] = [];
  let gathering: Entry<T>[] = [];
  let gatheredSize = 0;
  let busy = false;
  let idleWaiters: (() => void)[] = [];

  function hasRoom(item: T): boolean {
    if (gathering.length === 0) return true;
    return !ports.isAlone(item) && gatheredSize + ports.sizeOf(item) <= maxSize;
  }

  function gather(entry: Entry<T>): void {
    try {
      ports.accept(entry.item);
    } catch (error) {
      entry.reject(error);
      return;
    }
    gathering.push(entry);
    // Nothing finds room beside an item that is to be alone.
    gatheredSize += ports.isAlone(entry.item) ? maxSize : ports.sizeOf(entry.item);
  }

  function admit(): void {
    let admitted = 0;
    for (const entry of waiting) {
      if (!hasRoom(entry.item)) break;
      gather(entry);
      admitted += 1;
    }
    waiting.splice(0, admitted);
  }

  function takeGathered(): Entry<T>[] {
    const entries = gathering;
    gathering = [];
    gatheredSize = 0;
    return entries;
  }

  async function writeAll(): Promise<void> {
    // What is submitted in the same turn goes along.
    await Promise.resolve();
    while (gathering.length > 0) {
      const batch = takeGathered();
      admit();
      await writeBatch(batch);
      admit();
    }
    busy = false;
    for (const resolve of idleWaiters) resolve();
    idleWaiters = [];
  }

  async function writeBatch(batch: readonly Entry<T>[]): Promise<void> {
    const items = batch.map((entry) => entry.item);
    try {
      await ports.write(items);
    } catch (cause) {
      lose([...batch, ...takeGathered()], cause);
      return;
    }
    ports.written(items);
    for (const entry of batch) entry.resolve();
  }

  function lose(entries: readonly Entry<T>[], cause: unknown): void {
    const items = entries.map((entry) => entry.item);
    const error = ports.lost(items, cause);
    for (const entry of entries) entry.reject(error);
  }

  function start(): void {
    admit();
    if (busy || gathering.length === 0) return;
    busy = true;
    void writeAll();
  }

  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        start();
      }),
    idle: () => (busy ? new Promise((resolve) => idleWaiters.push(resolve)) : Promise.resolve()),
  };
}
