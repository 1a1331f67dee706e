import { messageOf, ProviderError, type ProviderErrorKind, UserError } from "../../core/errors.ts";
import { systemCodeOf } from "../../core/system-error.ts";

const reasons: Record<string, { kind: ProviderErrorKind; words: string }> = {
  ENOSPC: { kind: "capacity", words: "the disk is full. Free some space" },
  EDQUOT: { kind: "capacity", words: "the disk quota is used up. Free some space" },
  EMLINK: { kind: "capacity", words: "the directory holds too many others. Destroy some thopters" },
  EACCES: { kind: "permanent", words: "it may not be written. Give the hub's user access to it" },
  EPERM: { kind: "permanent", words: "it may not be written. Give the hub's user access to it" },
  EROFS: { kind: "permanent", words: "its file system is read-only. Choose another directory" },
  ENOTDIR: { kind: "permanent", words: "a part of its path is a file. Choose another directory" },
  EEXIST: { kind: "permanent", words: "something else lies there already. Move it away" },
  ENOTEMPTY: { kind: "permanent", words: "something else lies there already. Move it away" },
  ENAMETOOLONG: { kind: "permanent", words: "its path is too long. Choose a shorter one" },
};

/** Says in words why something could not be done in `directory`: "Cannot <doing>: ...". What has words keeps them. */
export function fileFailure(
  doing: string,
  directory: string,
  error: unknown,
): ProviderError | UserError {
  if (error instanceof ProviderError || error instanceof UserError) return error;
  const reason = reasons[systemCodeOf(error) ?? ""];
  const message = messageOf(error);
  return new ProviderError(
    `Cannot ${doing} in "${directory}": ${reason === undefined ? message : `${reason.words}, then try again`}`,
    { kind: reason?.kind ?? "transient", cause: error },
  );
}
