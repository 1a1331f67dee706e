import { ProviderError } from "../core/errors.ts";

type GitFailure =
  | "disk"
  | "protocol"
  | "transient"
  | "auth"
  | "missing"
  | "rejected"
  | "damaged"
  | "other";

/** What git said in the C locale, in the order in which it is looked for: a lost connection also ends in "could not read from remote repository". */
const phrases: readonly (readonly [GitFailure, RegExp])[] = [
  ["disk", /no space left on device|disk quota exceeded|out of diskspace/i],
  ["protocol", /transport '[^']*' not allowed|unable to find remote helper/i],
  [
    "transient",
    /could not resolve host|temporary failure in name resolution|connection (refused|reset|timed out|closed)|failed to connect|operation timed out|network is unreachable|no route to host|early eof|unexpected disconnect|rpc failed|remote end hung up|error: (429|5\d\d)\b|gnutls_handshake|ssl_(read|connect|error)|kex_exchange/i,
  ],
  ["rejected", /! \[(remote )?rejected\]|!\t.*\[(remote )?rejected\]|non-fast-forward/i],
  [
    "auth",
    /authentication failed|could not read (username|password)|permission denied|host key verification failed|error: 40[13]\b|access denied|could not be authenticated/i,
  ],
  [
    "missing",
    /repository .*not found|does not appear to be a git repository|repository .*does not exist|error: 404\b|no such file or directory|could not read from remote repository/i,
  ],
  [
    "damaged",
    /bad object|missing (blob|tree|commit|object)|corrupt|(unable to|could not) read [0-9a-f]{40}|failed to traverse parents|loose object/i,
  ],
];

/** What kind of failure git's own words tell of. */
export function failureOf(stderr: string): GitFailure {
  return phrases.find(([, pattern]) => pattern.test(stderr))?.[0] ?? "other";
}

/** Git's own words as a cause: without control characters, at most 2,000 characters of their end. */
export function causeOf(stderr: string): Error {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const plain = stderr.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, " ").trim();
  return new Error(plain === "" ? "git said nothing" : plain.slice(-2000));
}

/** The error of a command on the machine: `doing` is what it was for, "read the refs of the clone". */
export function gitError(doing: string, exitCode: number, stderr: string): ProviderError {
  const failure = failureOf(stderr);
  const reason = reasons[failure] ?? `git ended with exit code ${String(exitCode)}.`;
  return new ProviderError(`Cannot ${doing}: ${reason}`, {
    kind: failure === "transient" ? "transient" : "permanent",
    cause: causeOf(stderr),
  });
}

const reasons: Partial<Record<GitFailure, string>> = {
  disk: "the disk of the machine is full. Free space on it, then try again.",
  damaged: "an object is missing or damaged there. Look at it with `git fsck`.",
};
