/** What can be read of a thopter. */
export type Reading = "screen" | "log" | "transcript" | "diff";

export type ReadRequest = {
  thopter: string;
  what: Reading;
  maxBytes?: number | undefined;
  /** Of a screen: with what scrolled away. */
  history?: boolean | undefined;
  /** Of a transcript: the `before` of the page after; the newest page when absent. */
  before?: string | undefined;
};

/** Text from a thopter. Untrusted: control sequences are stripped, nothing else is promised. */
export type ReadAnswer = {
  thopterName: string;
  what: Reading;
  text: string;
  truncated: boolean;
  /** Of a transcript: names the page before this one. */
  before?: string;
};
