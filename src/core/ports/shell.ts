export type RunOptions = {
  cwd?: string;
  /** Added to the shell's own clean environment. */
  env?: Readonly<Record<string, string>>;
  stdin?: string | Uint8Array;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Fails the command when its stdout or stderr grows past this many bytes; 16 MiB when absent. */
  maxOutputBytes?: number;
  /** Gets stdout and stderr as they come; then neither is kept for the result. */
  onOutput?: (chunk: Uint8Array, stream: "stdout" | "stderr") => void;
};

export type RunResult = {
  /** 0 is success; 128 plus the signal's number when a signal ended it. */
  exitCode: number;
  stdout: Uint8Array;
  stderr: Uint8Array;
};

export type TransferOptions = { timeoutMs: number; signal?: AbortSignal; maxBytes?: number };

/** Runs commands on one machine and moves files to and from it. */
export type Shell = {
  /**
   * Runs a program with its arguments, without a command interpreter between. A non-zero exit is an
   * answer, not an error. Throws ProviderError when it cannot be started, is aborted, takes longer
   * than its limit or says too much; by then the program and its children have ended.
   */
  run(argv: readonly string[], options: RunOptions): Promise<RunResult>;
  /** Copies a local file or the contents of a local directory into a directory there, with modes and dotfiles. */
  put(localPath: string, remoteDirectory: string, options: TransferOptions): Promise<void>;
  /** Copies a file or the contents of a directory there into a local directory. Nothing lands outside it. */
  get(remotePath: string, localDirectory: string, options: TransferOptions): Promise<void>;
  /** Lets go of what the shell holds; commands under way are aborted. */
  close(): Promise<void>;
};
