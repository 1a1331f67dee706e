import type { MachineRequest } from "../../core/ports/provider.ts";
import { deriveHostKey } from "./host-key.ts";
import type { FlyFile } from "./machine-config.ts";

/** Where the image's SSH server finds what the hub put there. */
const sshPaths = {
  hostKey: "/etc/thopter/ssh_host_ed25519_key",
  authorizedKeys: "/etc/thopter/authorized_keys",
};

/** What makes a machine reachable by its hub alone: its host key, and the one key that may log in. */
export function createSshFiles(options: { secret: Uint8Array; authorizedKey: string }) {
  return (request: MachineRequest): FlyFile[] => [
    {
      path: sshPaths.hostKey,
      content: deriveHostKey(options.secret, request.tags).privateFile,
      mode: 0o600,
    },
    // The agent's user reads its own; it is not a secret.
    { path: sshPaths.authorizedKeys, content: `${options.authorizedKey.trim()}\n`, mode: 0o644 },
  ];
}
