import type { Caller } from "../core/actor.ts";
import { parseContextLinks } from "../core/context-link.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type { ProvisionRequest } from "../core/ports/fleet.ts";
import type { Thopter } from "../core/thopter.ts";

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

/** Nothing for a request without them: it is the same as one from before they could be said. */
export function extraFingerprint({
  context = [],
  trustSetup = false,
}: Pick<ProvisionRequest, "context" | "trustSetup">): unknown[] {
  return context.length === 0 && !trustSetup ? [] : [{ context, trustSetup }];
}
