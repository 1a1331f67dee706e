/** Time as an argument, so that tests can move it. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `run` once after `ms`; the answer cancels it. The timer keeps no process alive. */
  after(ms: number, run: () => void): () => void;
};

/** Makes an id that sorts by the time it was made. */
export type NewId = () => string;
