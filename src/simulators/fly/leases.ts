import { leaseRequest, read } from "./requests.ts";
import { FlyRefusal, refuse, type Reply } from "./reply.ts";
import type { Call } from "./call.ts";
import { isUp, type SimLease, type SimMachine, type World } from "./world.ts";

const usualTtlSeconds = 30;

function standingLease({ clock }: World, machine: SimMachine): SimLease | undefined {
  const { lease } = machine;
  return lease !== undefined && lease.expiresAt * 1000 > clock.now() ? lease : undefined;
}

export function giveLease(
  world: World,
  machine: SimMachine,
  { ttl = usualTtlSeconds, description = "" }: { ttl?: number; description?: string },
): SimLease {
  const lease = {
    nonce: world.random.hex(12),
    expiresAt: Math.ceil(world.clock.now() / 1000) + ttl,
    owner: "simulator",
    description,
    version: machine.instanceId,
  };
  machine.lease = lease;
  return lease;
}

/** Takes a lease, or makes a held one last longer for whoever knows its nonce. */
export function acquireLease({ world, query, body, nonce }: Call, machine: SimMachine): Reply {
  const asked = read(leaseRequest, body);
  if (!isUp(world, machine)) throw refuse(503, "unavailable: the host cannot be reached");
  const held = standingLease(world, machine);
  if (held !== undefined && held.nonce !== nonce) {
    const message = `failed to acquire lease: machine ID ${machine.id} lease currently held by ${held.owner}, expires at ${new Date(held.expiresAt * 1000).toISOString()}`;
    throw new FlyRefusal({ status: 409, body: { status: "error", message, code: "invalid" } });
  }
  const queryTtl = Number(query.get("ttl") ?? usualTtlSeconds);
  const lease = giveLease(world, machine, {
    ttl: asked.ttl ?? queryTtl,
    description: asked.description ?? "",
  });
  if (held !== undefined) lease.nonce = held.nonce;
  return { status: 201, body: envelope(lease) };
}

export function showLease({ world }: Call, machine: SimMachine): Reply {
  const lease = standingLease(world, machine);
  if (lease === undefined) throw refuse(404, "lease not found");
  // Whoever does not hold it does not learn the nonce.
  return { status: 200, body: envelope({ ...lease, nonce: "" }) };
}

export function releaseLease({ world, nonce }: Call, machine: SimMachine): Reply {
  const lease = standingLease(world, machine);
  if (lease === undefined) throw refuse(404, "lease not found");
  if (lease.nonce !== nonce) throw refuse(409, "aborted: lease nonce does not match");
  machine.lease = undefined;
  return { status: 200, body: { ok: true } };
}

/** Refuses what changes a machine while another holds its lease, or with a nonce that no longer holds. */
export function guardLease({ world, nonce }: Call, machine: SimMachine): void {
  const lease = standingLease(world, machine);
  if (lease !== undefined && lease.nonce !== nonce) {
    throw refuse(409, `aborted: machine lease currently held by ${lease.owner}`);
  }
  if (lease === undefined && nonce !== undefined) {
    throw refuse(409, "aborted: lease nonce is not valid or has expired");
  }
}

function envelope({ nonce, expiresAt, owner, description, version }: SimLease): unknown {
  return {
    status: "success",
    data: { nonce, expires_at: expiresAt, owner, description, version },
  };
}
