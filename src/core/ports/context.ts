import type { ContextLink } from "../context-link.ts";

/** What someone wrote below an issue or pull request. */
export type ThreadComment = {
  author: string;
  /** As GitHub writes it, in ISO 8601. */
  at: string;
  text: string;
  /** The file, and where it is known the line, that a review is about. */
  place?: string;
};

/** An issue or pull request. All text is untrusted. */
export type Thread = {
  kind: "issue" | "pull request";
  title: string;
  state: string;
  author: string;
  labels: string[];
  body: string;
  /** The branches of a pull request. */
  branches?: { base: string; head: string };
  /** The newest ones, oldest first. */
  comments: ThreadComment[];
  /** How many older ones there are beside. */
  olderComments: number;
};

/** Where issues and pull requests are read. */
export type ContextSource = {
  /**
   * Throws UserError that says whether the hub's token may see it, and ProviderError "remote" or
   * "rate_limit" where it may be there later.
   */
  read(link: ContextLink, signal: AbortSignal): Promise<Thread>;
  /** Unguessable text that sets off what others wrote. */
  newFence(): string;
};
