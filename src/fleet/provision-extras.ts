import type { Caller } from "../core/actor.ts";
import { parseContextLinks } from "../core/context-link.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type { ProvisionRequest } from "../core/ports/fleet.ts";
import type { Thopter } from "../core/thopter.ts";
import type { FleetPorts } from "./ports.ts";

/** What a request says of its context and of its repository's setup script. Throws UserError. */
export function contextAndTrust(
  caller: Caller,
  { context = [], trustSetup }: Pick<ProvisionRequest, "context" | "trustSetup">,
): Pick<Thopter, "context" | "setupTrustedBy"> {
  const urls = parseContextLinks(context).map(({ url }) => url);
  const asked = urls.length === 0 ? {} : { context: urls };
  if (trustSetup !== true) return asked;
  const action = "allow a setup script";
  const setupTrustedBy = requirePerson(caller, action);
  requireRole(caller, "admin", action);
  return { ...asked, setupTrustedBy };
}

/** A digest of what was asked. What is not said adds nothing: keys on record are older than some of it. */
export function fingerprintOf(
  { digest }: Pick<FleetPorts, "digest">,
  request: ProvisionRequest,
): string {
  const { task, repository, base, name, labels, ttlMs, keepOnFailure } = request;
  const { template, variables, context = [], trustSetup = false, identity } = request;
  const given = Object.entries(variables ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return digest(
    JSON.stringify([
      ...[task, repository, base, name, labels, ttlMs, keepOnFailure],
      ...(template === undefined ? [] : [template, given]),
      ...(context.length === 0 && !trustSetup ? [] : [{ context, trustSetup }]),
      ...(identity === undefined ? [] : [{ identity }]),
    ]),
  );
}
