import { StoreUnavailableError } from "../core/errors.ts";
import type { Kind, ListOptions, Records } from "../core/ports/store.ts";
import type { Disk, Page } from "./disk.ts";
import { keyOf, keyRange } from "./record-keys.ts";
import { parseRecord } from "./record-schemas.ts";

export type RecordReader = {
  get<K extends Kind>(kind: K, id: string): Promise<Records[K] | undefined>;
  list<K extends Kind>(kind: K, options: ListOptions): Promise<Records[K][]>;
  /** Reads no more; resolves when what was being read has been. */
  close(): Promise<void>;
};

// Long enough to be cheap per row, short enough that writes and other reads get their turn.
const pageRows = 500;

export function createRecordReader(disk: Disk): RecordReader {
  const turn = createTurns();
  let closed = false;

  function query<T>(run: () => Promise<T>): Promise<T> {
    if (!closed) return turn(run);
    return Promise.reject(new StoreUnavailableError("Cannot read records: the store is closed"));
  }

  async function list<K extends Kind>(kind: K, options: ListOptions): Promise<Records[K][]> {
    const records: Records[K][] = [];
    const wanted = options.limit ?? Infinity;
    let page = firstPage(kind, options);
    while (records.length < wanted) {
      const limit = Math.min(pageRows, wanted - records.length);
      const rows = await query(() => disk.page({ ...page, limit }));
      for (const { key, text } of rows) records.push(parseRecord(kind, key, text));
      const last = rows.at(-1);
      if (last === undefined || rows.length < limit) break;
      page = pageBehind(page, last.key);
    }
    return records;
  }

  return {
    async get(kind, id) {
      const key = keyOf(kind, id);
      const text = await query(() => disk.read(key));
      return text === undefined ? undefined : parseRecord(kind, key, text);
    },
    list,
    close() {
      closed = true;
      return turn(() => Promise.resolve());
    },
  };
}

function firstPage(kind: Kind, { after, newestFirst = false }: ListOptions): Page {
  const page = { ...keyRange(kind), limit: pageRows, newestFirst };
  return after === undefined ? page : pageBehind(page, keyOf(kind, after));
}

function pageBehind(page: Page, key: string): Page {
  return page.newestFirst ? { ...page, to: key } : { ...page, from: key };
}

/** One at a time: each query holds a thread of libuv's small pool, and SQLite does one at a time. */
function createTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const result = last.then(run);
    // Whoever asked sees how it ended; the next one only waits for the end.
    last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  };
}
