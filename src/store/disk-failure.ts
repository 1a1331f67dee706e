import { z } from "zod";
import { messageOf } from "../core/errors.ts";

const codeSchema = z.object({ code: z.string() });

export type Failure = { reason: string; remedy: string };

/** What a file system's or SQLite's error means for a person, and what to do next. */
export function explainFailure(error: unknown): Failure {
  const { data } = codeSchema.safeParse(error);
  return (
    failures[data?.code ?? ""] ?? {
      reason: messageOf(error),
      remedy: "Check the disk, and that no other program uses the files.",
    }
  );
}

/** Whether another process holds the file. */
export function isBusy(error: unknown): boolean {
  return codeSchema.safeParse(error).data?.code === "SQLITE_BUSY";
}

const full: Failure = {
  reason: "the disk is full",
  remedy: "Free some space on it.",
};
const notWritable: Failure = {
  reason: "nothing can be written there",
  remedy:
    "Make it a directory that this user may write to, or set THOPTER_DATA_DIR to another directory.",
};
const damagedFile: Failure = {
  reason: "the database file is damaged",
  remedy: "Restore the directory from a backup, or move its thopter.db* files away to begin anew.",
};

const failures: Partial<Record<string, Failure>> = {
  SQLITE_FULL: full,
  ENOSPC: full,
  EDQUOT: full,
  SQLITE_READONLY: notWritable,
  SQLITE_CANTOPEN: notWritable,
  SQLITE_PERM: notWritable,
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
  EEXIST: notWritable,
  ENOTDIR: notWritable,
  SQLITE_CORRUPT: damagedFile,
  SQLITE_NOTADB: damagedFile,
};
