import type { GitAccess } from "../core/ports/git.ts";
import type { Thopter } from "../core/thopter.ts";
import type { StepPorts } from "./ports.ts";

/** How the git of a thopter reaches its repository. */
export async function gitAccess(
  ports: Pick<StepPorts, "gitToken" | "allowsLocal">,
  thopter: Thopter,
): Promise<GitAccess> {
  const token = await ports.gitToken(thopter.repository);
  const protocols = mayUseLocal(ports, thopter) ? "https:ssh:file" : "https:ssh";
  return token === undefined ? { protocols } : { token, protocols };
}

/** The path of a repository on the hub's machine, where a thopter has one and may use it. */
export function localRepositoryOf(
  ports: Pick<StepPorts, "allowsLocal">,
  thopter: Thopter,
): string | undefined {
  const path = thopter.repository.replace(/^file:\/\//i, "");
  return path.startsWith("/") && mayUseLocal(ports, thopter) ? path : undefined;
}

/** Whether a repository is named by a path of the hub's machine. */
export function isLocalRepository({ repository }: Pick<Thopter, "repository">): boolean {
  return /^(\/|file:)/i.test(repository);
}

function mayUseLocal({ allowsLocal }: Pick<StepPorts, "allowsLocal">, thopter: Thopter): boolean {
  return thopter.createdBy.kind === "person" || allowsLocal(thopter);
}

/** Whether a push has any prospect: nothing takes an anonymous one over https. */
export function mayPush(repository: string, access: GitAccess): boolean {
  if (/^https:/i.test(repository)) return access.token !== undefined;
  if (isLocalRepository({ repository })) return access.protocols.split(":").includes("file");
  return true;
}
