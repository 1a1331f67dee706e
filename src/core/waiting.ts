export type WaitThoptersRequest = {
  thopters: readonly string[];
  until: "ready" | "settled";
  mode: "any" | "all";
  timeoutMs: number;
};

export type WaitOperationsRequest = {
  /** Operation or approval ids. An approval stands for the operations that it queues. */
  ids: readonly string[];
  mode: "any" | "all";
  timeoutMs: number;
};

export type WaitProgress = (done: number, total: number, words: string) => void;
