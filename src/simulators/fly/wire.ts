import { createHash } from "node:crypto";
import { isUp, type SimMachine, type SimVolume, type World } from "./world.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

/** A machine as the API shows it; its configuration is missing while its host is down. */
export function showMachine(world: World, machine: SimMachine): Record<string, unknown> {
  const { id, name, state, region, instanceId, privateIp, config, createdAt, updatedAt } = machine;
  const up = isUp(world, machine);
  return {
    id,
    name,
    state,
    region,
    instance_id: instanceId,
    private_ip: privateIp,
    ...(up ? { config } : { incomplete_config: { metadata: config.metadata ?? {} } }),
    image_ref: imageOf(config.image),
    host_status: up ? "ok" : "unreachable",
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
    checks: [],
    events: machine.events.toReversed().map(showEvent),
  };
}

export function showEvent({ id, type, status, at }: SimMachine["events"][number]): unknown {
  return { id, type, status, source: "flyd", timestamp: at };
}

function imageOf(image: string): unknown {
  const [, registry = "registry-1.docker.io", repository = image, tag = "latest"] =
    /^([^/]*[.:][^/]*)\/(.*?)(?::([^:/]+))?$/.exec(image) ?? [];
  const digest = createHash("sha256").update(image).digest("hex");
  return { registry, repository, tag, digest: `sha256:${digest}`, labels: {} };
}

export function showVolume(world: World, volume: SimVolume): Record<string, unknown> {
  const { id, name, region, sizeGb, createdAt, machine } = volume;
  return {
    id,
    name,
    region,
    state: "created",
    size_gb: sizeGb,
    zone: volume.host,
    encrypted: true,
    fstype: "ext4",
    attached_machine_id: machine ?? null,
    host_status: isUp(world, volume) ? "ok" : "unreachable",
    created_at: iso(createdAt),
    auto_backup_enabled: true,
    snapshot_retention: 5,
  };
}
