import { destroy } from "./lifecycle.ts";
import { refuse, type Reply } from "./reply.ts";
import { createAppRequest, read } from "./requests.ts";
import type { SimApp, World } from "./world.ts";

/** The app that a path names: 403 for another organisation's, 404 for a name nobody has. */
export function findApp(world: World, name: string, org: string): SimApp {
  const app = world.apps.get(name);
  if (app === undefined) throw refuse(404, `not_found: app ${name} not found`);
  if (app.org !== org) throw refuse(403, "permission_denied: unauthorized");
  return app;
}

export function createApp(world: World, org: string, body: unknown): Reply {
  const request = read(createAppRequest, body);
  const name = request.name ?? request.app_name;
  if (name === undefined) throw refuse(400, "invalid_argument: name: is missing");
  if (request.org_slug !== org) throw refuse(403, "permission_denied: unauthorized");
  if (world.apps.has(name)) throw refuse(422, "Name has already been taken", "name_taken");
  const network = typeof request["network"] === "string" ? request["network"] : "default";
  const app: SimApp = { name, org, network, secrets: new Map(), secretsVersion: 0 };
  world.apps.set(name, app);
  return { status: 201, body: showApp(world, app) };
}

export function showApp(world: World, { name, org, network }: SimApp): Record<string, unknown> {
  const machines = [...world.machines.values()].filter(
    (machine) => machine.app === name && machine.state !== "destroyed",
  );
  const volumes = [...world.volumes.values()].filter(({ app }) => app === name);
  return {
    ...{ id: name, name, network, status: machines.length > 0 ? "deployed" : "pending" },
    ...{ machine_count: machines.length, volume_count: volumes.length },
    organization: { name: org, slug: org },
  };
}

export function listApps(world: World, org: string): Reply {
  const apps = [...world.apps.values()].filter((app) => app.org === org);
  return {
    status: 200,
    body: { apps: apps.map((app) => showApp(world, app)), total_apps: apps.length },
  };
}

/** Deletes an app with all that it holds. */
export function deleteApp(world: World, app: SimApp): Reply {
  for (const machine of world.machines.values()) {
    if (machine.app === app.name && !machine.state.startsWith("destroy")) destroy(world, machine);
  }
  for (const volume of world.volumes.values()) {
    if (volume.app === app.name) world.volumes.delete(volume.id);
  }
  world.apps.delete(app.name);
  return { status: 202 };
}
