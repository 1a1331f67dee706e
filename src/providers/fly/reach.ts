import { ProviderError } from "../../core/errors.ts";
import type { SshReach } from "../../shell/ssh-reach.ts";

/** How the hub reaches the SSH servers of its machines. */
export type FlyReach = {
  /**
   * `private`: over Fly's private network. `public`: at a port of the app's public address. `tls`: the
   * same inside TLS, which Fly's proxy ends; that needs no address of one's own.
   */
  kind: "private" | "public" | "tls";
  app: string;
  /** With {machine}, {app} and {address}, the machine's private one; the usual place when absent. */
  address?: string | undefined;
  /** Where the SSH server listens on the machine. */
  sshPort: number;
};

export type Reachable = {
  machineId: string;
  privateAddress: string | undefined;
  /** The machine's port at the app's public address. */
  publicPort: number | undefined;
};

/** Where a machine's SSH server is. Throws ProviderError where Fly has not said it yet. */
export function sshReachOf(reach: FlyReach, machine: Reachable): SshReach {
  const { kind, sshPort } = reach;
  const host = addressOf(reach, machine);
  if (kind === "private") return { kind: "tcp", host, port: sshPort };
  const port = machine.publicPort;
  if (port === undefined) {
    throw unreachable(
      machine,
      "permanent",
      "it was made without a public port. Set FLY_REACH to what it was then, or destroy it.",
    );
  }
  return kind === "public"
    ? { kind: "tcp", host, port }
    : { kind: "tls", host, port, servername: host };
}

function addressOf({ kind, app, address }: FlyReach, machine: Reachable): string {
  const template = address ?? (kind === "private" ? "{address}" : "{app}.fly.dev");
  const { machineId, privateAddress } = machine;
  if (template.includes("{address}") && privateAddress === undefined) {
    throw unreachable(machine, "transient", "Fly does not name its private address yet");
  }
  const values: Record<string, string> = { machine: machineId, app, address: privateAddress ?? "" };
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function unreachable(
  { machineId }: Reachable,
  kind: "permanent" | "transient",
  reason: string,
): ProviderError {
  return new ProviderError(`Cannot reach machine "${machineId}": ${reason}`, { kind });
}

/** What Fly's proxy has to know to let the hub in; nothing where it comes by the private network. */
export function servicesOf(reach: FlyReach): ((publicPort: number) => unknown[]) | undefined {
  if (reach.kind === "private") return undefined;
  const handlers = reach.kind === "tls" ? ["tls"] : [];
  return (port) => [
    {
      ...{ protocol: "tcp", internal_port: reach.sshPort, ports: [{ port, handlers }] },
      // A machine starts and stops when its hub says so.
      ...{ autostart: false, autostop: "off" },
    },
  ];
}
