/** The code of an error of the system, such as "ENOENT"; undefined where it has none. */
export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** Whether an error says that a file is not there. */
export function isMissing(error: unknown): boolean {
  return systemCodeOf(error) === "ENOENT";
}
