/**
 * Lets everyone who asks before a read is sent have its one answer: what Fly limits to one a second
 * for the whole app then serves any number of callers, and no answer is older than its question.
 */
export function createSharedRead<T>(read: (onSend: () => void) => Promise<T>): () => Promise<T> {
  let next: Promise<T> | undefined;

  return () => {
    if (next !== undefined) return next;
    const mine = read(close);
    function close(): void {
      if (next === mine) next = undefined;
    }
    next = mine;
    // A read may end without having been sent.
    mine.then(close, close);
    return mine;
  };
}
