import { StoreUnavailableError } from "../core/errors.ts";
import type { Choice, Kind, ListOptions, Records, Store } from "../core/ports/store.ts";
import type { Disk, Page, Row } from "./disk.ts";
import { keyOf, keyRange } from "./record-keys.ts";
import { createHeadParser, parseRecord } from "./record-schemas.ts";

export type RecordReader = {
  get<K extends Kind>(kind: K, id: string): Promise<Records[K] | undefined>;
  list: Store["list"];
  /** Reads no more; resolves when what was being read has been. */
  close(): Promise<void>;
};

// Long enough to be cheap per row, short enough that writes and other reads get their turn.
const pageRows = 500;
const pageHeads = 2000;

export function createRecordReader(disk: Disk): RecordReader {
  const turn = createTurns();
  let closed = false;

  function query<T>(run: () => Promise<T>): Promise<T> {
    if (!closed) return turn(run);
    return Promise.reject(new StoreUnavailableError("Cannot read records: the store is closed"));
  }

  /** The rows of a page, and the key of the last one it looked at where more may follow. */
  type Found = { rows: Row[]; last: string | undefined };

  async function readPage(page: Page): Promise<Found> {
    const rows = await query(() => disk.page(page));
    return { rows, last: rows.length < page.limit ? undefined : rows.at(-1)?.key };
  }

  function chooserOf<K extends Kind, F extends keyof Records[K] & string>(
    kind: K,
    { fields, isWanted }: Choice<K, F>,
  ): (page: Page) => Promise<Found> {
    const names = ["id", "version", ...fields] as const;
    const parseHead = createHeadParser<K, F | "id" | "version">(kind, names);
    return async (page) => {
      const heads = await query(() => disk.heads({ ...page, limit: pageHeads, fields: names }));
      const wanted = heads.filter(({ key, values }) => isWanted(parseHead(key, values)));
      const keys = wanted.map(({ key }) => key);
      const rows = keys.length === 0 ? [] : await query(() => disk.readAll(keys));
      return { rows, last: heads.length < pageHeads ? undefined : heads.at(-1)?.key };
    };
  }

  const list: Store["list"] = async (kind, options = {}) => {
    const records: Records[typeof kind][] = [];
    const { limit = Infinity, choice } = options;
    const read = choice === undefined ? readPage : chooserOf(kind, choice);
    let page = firstPage(kind, options);
    while (records.length < limit) {
      const { rows, last } = await read({
        ...page,
        limit: Math.min(pageRows, limit - records.length),
      });
      for (const { key, text } of rows) records.push(parseRecord(kind, key, text));
      if (last === undefined) break;
      page = pageBehind(page, last);
    }
    return limit === Infinity ? records : records.slice(0, limit);
  };

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
