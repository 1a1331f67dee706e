/** A create that was asked for and whose outcome is unknown: what appears with its tag is destroyed. */
export type Tombstone = {
  id: string;
  version: number;
  provider: string;
  thopterId: string;
  /** Look for its tag until then. */
  until: number;
  createdAt: number;
};
