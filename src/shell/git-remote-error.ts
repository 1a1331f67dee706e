import { ProviderError, UserError } from "../core/errors.ts";
import { causeOf, failureOf, gitError } from "./git-failure.ts";

/** The error of a command that talked to a remote: what a person can put right is a UserError. */
export function remoteError(
  verb: "clone" | "push to" | "fetch from",
  repository: string,
  { exitCode, stderr }: { exitCode: number; stderr: string },
): UserError | ProviderError {
  const what = `Cannot ${verb} ${JSON.stringify(repository)}`;
  const cause = causeOf(stderr);
  switch (failureOf(stderr)) {
    case "missing":
      return new UserError(
        `${what}: it does not exist or cannot be reached. Check the address, and that GITHUB_TOKEN may read it.`,
        { code: "not_found", cause },
      );
    case "auth":
      return new UserError(
        `${what}: access was refused. Check the address, and that GITHUB_TOKEN may read it.`,
        { code: "not_found", cause },
      );
    case "protocol":
      return new UserError(`${what}: git may not use that kind of address here.`, { cause });
    case "transient":
      return new ProviderError(
        `${what}: the connection failed. It is tried again; check the address if it goes on.`,
        { kind: "remote", cause },
      );
    case "rejected":
      return new ProviderError(`${what}: the remote refused it.`, { kind: "permanent", cause });
    case "disk":
    case "damaged":
    case "other":
      return gitError(`${verb} ${JSON.stringify(repository)}`, exitCode, stderr);
  }
}
