import { z } from "zod";
import {
  flyApp,
  flyExec,
  flyLease,
  flyMachine,
  flySecrets,
  flyVolume,
  flyWait,
  type FlyMachine,
  type FlyVolume,
} from "./answers.ts";
import { hasReason } from "./fly-error.ts";
import type { FlyCall, FlyHttp } from "./http.ts";
import { abortable } from "./pause.ts";
import { createSharedRead } from "./shared-read.ts";

export type CreateMachine = {
  name: string;
  region: string;
  config: unknown;
  min_secrets_version?: number;
};
export type CreateVolume = { name: string; region: string; size_gb: number; compute: unknown };
export type Change = { machineId: string; nonce: string | undefined };
export type Waiting = {
  states: readonly string[];
  instanceId?: string | undefined;
  seconds: number;
};

/** The few calls of the Machines API that are used, on one app. */
export type FlyApi = {
  createMachine(request: CreateMachine, signal: AbortSignal): Promise<FlyMachine>;
  /** Undefined when there is none by this id. */
  getMachine(machineId: string, signal: AbortSignal): Promise<FlyMachine | undefined>;
  listMachines(signal: AbortSignal): Promise<FlyMachine[]>;
  startMachine(change: Change, signal: AbortSignal): Promise<void>;
  stopMachine(change: Change, signal: AbortSignal): Promise<void>;
  suspendMachine(change: Change, signal: AbortSignal): Promise<void>;
  destroyMachine(change: Change, signal: AbortSignal): Promise<void>;
  /** The state that was reached; undefined when none was in time. Throws `not_found` for what is gone. */
  wait(machineId: string, waiting: Waiting, signal: AbortSignal): Promise<string | undefined>;
  /** The nonce of the lease. */
  acquireLease(machineId: string, ttlSeconds: number, signal: AbortSignal): Promise<string>;
  releaseLease(machineId: string, nonce: string, signal: AbortSignal): Promise<void>;
  exec(machineId: string, command: readonly string[], signal: AbortSignal): Promise<Executed>;
  createVolume(request: CreateVolume, signal: AbortSignal): Promise<FlyVolume>;
  listVolumes(signal: AbortSignal): Promise<FlyVolume[]>;
  deleteVolume(volumeId: string, signal: AbortSignal): Promise<void>;
  /** The version to have machines wait for. */
  writeSecrets(
    values: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<number | undefined>;
  /** Throws where the app cannot be reached with this token. */
  checkApp(signal: AbortSignal): Promise<void>;
};
export type Executed = { exitCode: number; stdout: string; stderr: string };

const anything = z.unknown();
const neverAborted = new AbortController().signal;

export function createFlyApi(http: FlyHttp, app: string): FlyApi {
  const below = `/apps/${encodeURIComponent(app)}`;
  const pathOf = (machineId: string): string =>
    `${below}/machines/${encodeURIComponent(machineId)}`;

  function onApp<T>(call: Omit<FlyCall<T>, "limit"> & { action: string }): FlyCall<T> {
    const { action, ...rest } = call;
    return { ...rest, path: below + call.path, limit: { action, id: app } };
  }

  async function change(
    doing: "start" | "stop" | "suspend" | "destroy",
    { machineId, nonce }: Change,
    signal: AbortSignal,
  ): Promise<void> {
    const call = {
      ...{ doing: `${doing} machine "${machineId}"`, nonce, answer: anything },
      ...{ isRepeatable: true },
      limit: { action: `machines.${doing}`, id: machineId },
    };
    const path = pathOf(machineId);
    if (doing === "destroy") {
      await http.send({ ...call, method: "DELETE", path, query: { force: "true" } }, signal);
    } else {
      const body = doing === "stop" ? { body: { signal: "SIGTERM", timeout: "10s" } } : {};
      await http.send({ ...call, ...body, method: "POST", path: `${path}/${doing}` }, signal);
    }
  }

  const readMachines = createSharedRead((onSend) => {
    const list = { doing: "list the machines", method: "GET", path: "/machines" } as const;
    const call = { ...list, action: "machines.list", answer: z.array(flyMachine), onSend };
    return http.send(onApp(call), neverAborted);
  });
  const readVolumes = createSharedRead((onSend) => {
    const list = { doing: "list the volumes", method: "GET", path: "/volumes" } as const;
    const call = { ...list, action: "volumes.list", answer: z.array(flyVolume), onSend };
    return http.send(onApp(call), neverAborted);
  });

  return {
    createMachine(request, signal) {
      const what = { doing: `create machine "${request.name}"`, path: "/machines" };
      const call = { ...what, action: "machines.create", answer: flyMachine, body: request };
      return http.send(onApp({ ...call, method: "POST" }), signal);
    },
    async getMachine(machineId, signal) {
      try {
        return await http.send(
          {
            ...{ doing: `look at machine "${machineId}"`, method: "GET" },
            ...{ path: pathOf(machineId), answer: flyMachine },
            limit: { action: "machines.get", id: machineId },
          },
          signal,
        );
      } catch (error) {
        if (hasReason(error, "not_found")) return undefined;
        throw error;
      }
    },
    listMachines: (signal) => abortable(readMachines(), signal),
    startMachine: (target, signal) => change("start", target, signal),
    stopMachine: (target, signal) => change("stop", target, signal),
    suspendMachine: (target, signal) => change("suspend", target, signal),
    destroyMachine: (target, signal) => change("destroy", target, signal),
    async wait(machineId, { states, instanceId, seconds }, signal) {
      try {
        const { state } = await http.send(
          {
            ...{ doing: `wait for machine "${machineId}"`, method: "GET", isRepeatable: false },
            ...{ path: `${pathOf(machineId)}/wait`, answer: flyWait },
            query: {
              ...{ state: states.join(","), timeout: String(seconds) },
              ...(instanceId === undefined ? {} : { instance_id: instanceId }),
            },
            limit: { action: "machines.wait", id: machineId },
            timeoutMs: seconds * 1000 + 10_000,
          },
          signal,
        );
        return state ?? states[0];
      } catch (error) {
        if (hasReason(error, "timeout")) return undefined;
        throw error;
      }
    },
    acquireLease: (machineId, ttl, signal) =>
      http.send(
        {
          ...{ doing: `take the lease of machine "${machineId}"`, method: "POST" },
          ...{ path: `${pathOf(machineId)}/lease`, answer: flyLease },
          body: { ttl, description: "thopter" },
          limit: { action: "machines.lease.acquire", id: machineId },
        },
        signal,
      ),
    async releaseLease(machineId, nonce, signal) {
      await http.send(
        {
          ...{ doing: `release the lease of machine "${machineId}"`, method: "DELETE" },
          ...{ path: `${pathOf(machineId)}/lease`, answer: anything, nonce },
          limit: { action: "machines.lease.release", id: machineId },
        },
        signal,
      );
    },
    async exec(machineId, command, signal) {
      const { exit_code, stdout, stderr } = await http.send(
        {
          ...{ doing: `run a command on machine "${machineId}"`, method: "POST" },
          ...{ path: `${pathOf(machineId)}/exec`, answer: flyExec, body: { command } },
          limit: { action: "machines.exec", id: machineId },
        },
        signal,
      );
      return { exitCode: exit_code, stdout: stdout ?? "", stderr: stderr ?? "" };
    },
    createVolume(request, signal) {
      const what = { doing: `create a volume in "${request.region}"`, path: "/volumes" };
      const call = { ...what, action: "volumes.create", answer: flyVolume, body: request };
      return http.send(onApp({ ...call, method: "POST" }), signal);
    },
    listVolumes: (signal) => abortable(readVolumes(), signal),
    async deleteVolume(volumeId, signal) {
      await http.send(
        {
          ...{ doing: `delete volume "${volumeId}"`, method: "DELETE", answer: anything },
          isRepeatable: true,
          path: `${below}/volumes/${encodeURIComponent(volumeId)}`,
          limit: { action: "volumes.delete", id: volumeId },
        },
        signal,
      );
    },
    async writeSecrets(values, signal) {
      const what = { doing: "write the app's secrets", path: "/secrets", body: { values } };
      const call = { ...what, action: "secrets.set", answer: flySecrets, isRepeatable: true };
      const { version } = await http.send(onApp({ ...call, method: "POST" }), signal);
      return version ?? undefined;
    },
    async checkApp(signal) {
      const what = { doing: `reach the app "${app}"`, path: "", method: "GET" } as const;
      await http.send(onApp({ ...what, action: "apps.get", answer: flyApp }), signal);
    },
  };
}
