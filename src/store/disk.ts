export type Row = { key: string; text: string };

/** Rows whose keys lie between `from` and `to`, both left out. */
export type Page = { from: string; to: string; limit: number; newestFirst: boolean };

/** Which members of each text, which is a JSON object, are asked for: two or more. */
export type HeadPage = Page & { fields: readonly string[] };

/** The values of these members, in their order; null where there is none. */
export type Head = { key: string; values: unknown[] };

/** Keeps texts under keys, ordered by key. Never called to write while a write is under way. */
export type Disk = {
  read(key: string): Promise<string | undefined>;
  /** The rows of these keys, in the order of the keys given. */
  readAll(keys: readonly string[]): Promise<Row[]>;
  page(page: Page): Promise<Row[]>;
  heads(page: HeadPage): Promise<Head[]>;
  /** Makes all rows durable or none. Throws StoreUnavailableError. */
  write(rows: readonly Row[]): Promise<void>;
  /** Removes all keys or none; a key that does not exist is passed over. */
  remove(keys: readonly string[]): Promise<void>;
  /** Writes as much as a full batch, and takes it away again. Throws what stands in the way. */
  probe(): Promise<void>;
  close(): Promise<void>;
};
