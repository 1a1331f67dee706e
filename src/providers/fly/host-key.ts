import { createHmac } from "node:crypto";
import type { MachineTags } from "../../core/ports/provider.ts";
import { openSshKeyOf, type OpenSshKey } from "./open-ssh-key.ts";

/**
 * Derives a machine's host key from the hub's secret and the machine's tags: the hub knows it before
 * the machine is there and after a restart, and nothing is trusted on first use.
 */
export function deriveHostKey(secret: Uint8Array, { hub, thopter }: MachineTags): OpenSshKey {
  return derive(secret, "ssh host key", hub, thopter);
}

/** Derives the key that a hub logs in with, on all of its machines. */
export function deriveLoginKey(secret: Uint8Array, hub: string): OpenSshKey {
  return derive(secret, "ssh login key", hub);
}

function derive(secret: Uint8Array, ...names: string[]): OpenSshKey {
  return openSshKeyOf(createHmac("sha256", secret).update(JSON.stringify(names)).digest());
}
