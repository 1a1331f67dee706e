import type { Call } from "./call.ts";
import { acquireLease, guardLease, releaseLease, showLease } from "./leases.ts";
import {
  createMachine,
  destroyMachine,
  findMachine,
  haltMachine,
  startMachine,
  updateMachine,
} from "./machines.ts";
import { listMachines, waitForMachine } from "./reading.ts";
import { fine, type Reply } from "./reply.ts";
import {
  createVolume,
  deleteMetadataValue,
  deleteVolume,
  execOnMachine,
  findVolume,
  listSecrets,
  listVolumes,
  readMetadata,
  replaceMetadata,
  setMetadataValue,
  writeSecrets,
} from "./resources.ts";
import { showEvent, showMachine, showVolume } from "./wire.ts";
import type { SimMachine } from "./world.ts";

export type Route = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/v1/apps/:app`. */
  path: string;
  /** What the rate limits count. */
  action: string;
  answer(call: Call): Reply | Promise<Reply>;
};

type OnMachine = (call: Call, machine: SimMachine) => Reply | Promise<Reply>;

function machineRoute(
  method: Route["method"],
  path: string,
  { action, answer }: { action: string; answer: OnMachine },
): Route {
  return {
    method,
    path: `/machines/:machine${path}`,
    action: `machines.${action}`,
    answer: (call) => answer(call, findMachine(call)),
  };
}

/** All that the simulator answers below an app. */
export const routes: readonly Route[] = [
  { method: "GET", path: "/machines", action: "machines.list", answer: listMachines },
  { method: "POST", path: "/machines", action: "machines.create", answer: createMachine },
  machineRoute("GET", "", {
    action: "get",
    answer: ({ world }, machine) => ({ status: 200, body: showMachine(world, machine) }),
  }),
  machineRoute("POST", "", { action: "update", answer: updateMachine }),
  machineRoute("DELETE", "", { action: "destroy", answer: destroyMachine }),
  machineRoute("POST", "/start", { action: "start", answer: startMachine }),
  machineRoute("POST", "/stop", {
    action: "stop",
    answer: (call, machine) => haltMachine(call, machine, "stopped"),
  }),
  machineRoute("POST", "/suspend", {
    action: "suspend",
    answer: (call, machine) => haltMachine(call, machine, "suspended"),
  }),
  machineRoute("POST", "/cordon", { action: "cordon", answer: cordon }),
  machineRoute("POST", "/uncordon", { action: "uncordon", answer: cordon }),
  machineRoute("GET", "/wait", { action: "wait", answer: waitForMachine }),
  machineRoute("GET", "/events", {
    action: "events",
    answer: (_call, machine) => ({
      status: 200,
      body: machine.events.toReversed().map(showEvent),
    }),
  }),
  machineRoute("POST", "/exec", { action: "exec", answer: execOnMachine }),
  machineRoute("GET", "/lease", { action: "lease.get", answer: showLease }),
  machineRoute("POST", "/lease", { action: "lease.acquire", answer: acquireLease }),
  machineRoute("DELETE", "/lease", { action: "lease.release", answer: releaseLease }),
  machineRoute("GET", "/metadata", { action: "metadata.get", answer: readMetadata }),
  machineRoute("PUT", "/metadata", { action: "metadata.set", answer: replaceMetadata }),
  machineRoute("POST", "/metadata/:key", { action: "metadata.set", answer: setMetadataValue }),
  machineRoute("DELETE", "/metadata/:key", {
    action: "metadata.delete",
    answer: deleteMetadataValue,
  }),
  { method: "GET", path: "/volumes", action: "volumes.list", answer: listVolumes },
  { method: "POST", path: "/volumes", action: "volumes.create", answer: createVolume },
  {
    method: "GET",
    path: "/volumes/:volume",
    action: "volumes.get",
    answer: (call) => ({ status: 200, body: showVolume(call.world, findVolume(call)) }),
  },
  {
    method: "DELETE",
    path: "/volumes/:volume",
    action: "volumes.delete",
    answer: deleteVolume,
  },
  { method: "GET", path: "/secrets", action: "secrets.list", answer: listSecrets },
  { method: "POST", path: "/secrets", action: "secrets.set", answer: writeSecrets },
];

// Nothing here routes traffic to machines, so that cordoning changes nothing that can be seen.
function cordon(call: Call, machine: SimMachine): Reply {
  guardLease(call, machine);
  return fine;
}
