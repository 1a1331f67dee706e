import type { Call } from "./call.ts";
import { placeVolume } from "./hosts.ts";
import { guardLease } from "./leases.ts";
import { noContent, refuse, type Reply } from "./reply.ts";
import {
  createVolumeRequest,
  execRequest,
  metadataRequest,
  metadataValue,
  read,
  secretsRequest,
} from "./requests.ts";
import { onBackend, type SimMachine, type SimVolume } from "./world.ts";
import { showVolume } from "./wire.ts";

export function createVolume({ world, app, body }: Call): Reply {
  const request = read(createVolumeRequest, body);
  const { name, region, size_gb: sizeGb } = request;
  const host = placeVolume(world, region, request.compute !== undefined);
  const id = `vol_${world.random.hex(16)}`;
  const createdAt = world.clock.now();
  const volume: SimVolume = {
    ...{ id, name, region, sizeGb, createdAt, app: app.name, host: host.id, machine: undefined },
  };
  world.volumes.set(id, volume);
  return { status: 200, body: showVolume(world, volume) };
}

export function listVolumes({ world, app }: Call): Reply {
  const volumes = [...world.volumes.values()].filter((volume) => volume.app === app.name);
  return { status: 200, body: volumes.map((volume) => showVolume(world, volume)) };
}

export function findVolume({ world, app, params }: Call): SimVolume {
  const volume = world.volumes.get(params["volume"] ?? "");
  if (volume === undefined || volume.app !== app.name) {
    throw refuse(404, "not_found: volume not found");
  }
  return volume;
}

export async function deleteVolume(call: Call): Promise<Reply> {
  const { world } = call;
  const volume = findVolume(call);
  if (volume.machine !== undefined) {
    throw refuse(412, `failed_precondition: volume is attached to machine ${volume.machine}`);
  }
  world.volumes.delete(volume.id);
  await world.backend.removeVolume(volume.id);
  return { status: 200, body: { ...showVolume(world, volume), state: "pending_destroy" } };
}

export function writeSecrets({ app, body }: Call): Reply {
  const { values } = read(secretsRequest, body);
  app.secretsVersion += 1;
  const version = app.secretsVersion;
  for (const [name, value] of Object.entries(values)) {
    if (value === null) app.secrets.delete(name);
    else app.secrets.set(name, { value, version });
  }
  return { status: 200, body: { secrets: shownSecrets(app), version } };
}

/** Names only: what was written is not shown again. */
export function listSecrets({ app }: Call): Reply {
  return { status: 200, body: { secrets: shownSecrets(app), version: app.secretsVersion } };
}

function shownSecrets(app: Call["app"]): unknown[] {
  return [...app.secrets].map(([name, { version }]) => ({ name, digest: `v${version}` }));
}

/** Metadata is written without the lease, as Fly's own client does. */
export function readMetadata(_call: Call, machine: SimMachine): Reply {
  return { status: 200, body: machine.config.metadata ?? {} };
}

export function replaceMetadata({ body }: Call, machine: SimMachine): Reply {
  machine.config = { ...machine.config, metadata: read(metadataRequest, body).metadata };
  return noContent;
}

export function setMetadataValue({ body, params }: Call, machine: SimMachine): Reply {
  const { value } = read(metadataValue, body);
  const metadata = { ...machine.config.metadata, [params["key"] ?? ""]: value };
  machine.config = { ...machine.config, metadata };
  return noContent;
}

export function deleteMetadataValue({ params }: Call, machine: SimMachine): Reply {
  const { [params["key"] ?? ""]: _gone, ...metadata } = machine.config.metadata ?? {};
  machine.config = { ...machine.config, metadata };
  return noContent;
}

/** A command that fails is an answer like any other: 200 with its exit code. */
export async function execOnMachine(call: Call, machine: SimMachine): Promise<Reply> {
  const { world, body } = call;
  const { command, stdin = "", timeout = 30 } = read(execRequest, body);
  guardLease(call, machine);
  if (machine.state !== "started") throw refuse(412, "failed_precondition: machine not running");
  let answer: Reply | undefined;
  await onBackend(world, machine, async (target) => {
    const request = { command, stdin, timeoutMs: timeout * 1000 };
    const { exitCode, stdout, stderr } = await world.backend.exec(target, request);
    answer = { status: 200, body: { exit_code: exitCode, exit_signal: 0, stdout, stderr } };
  });
  return answer ?? { status: 500, body: { error: "internal" } };
}
