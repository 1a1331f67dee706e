/** Runs work with equal keys one after another, in the order of the calls. */
export type Serially = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createSerially(): Serially {
  const last = new Map<string, Promise<unknown>>();

  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    const forget = () => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  };
}
