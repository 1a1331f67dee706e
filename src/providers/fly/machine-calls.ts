import { z } from "zod";
import { flyExec, flyLease, flyMachine, flyWait, type FlyMachine } from "./answers.ts";
import { hasReason } from "./fly-error.ts";
import type { FlyHttp } from "./http.ts";
import { abortable } from "./abortable.ts";
import { createSharedRead } from "./shared-read.ts";

export type CreateMachine = {
  name: string;
  region: string;
  config: unknown;
};
export type Change = { machineId: string; nonce: string | undefined };
export type Waiting = {
  states: readonly string[];
  instanceId?: string | undefined;
  seconds: number;
};

/** What is asked of one app's machines. */
export type MachineCalls = {
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
  setMetadata(
    machineId: string,
    entry: { key: string; value: string },
    signal: AbortSignal,
  ): Promise<void>;
  exec(machineId: string, command: readonly string[], signal: AbortSignal): Promise<Executed>;
};
export type Executed = { exitCode: number; stdout: string; stderr: string };

const anything = z.unknown();
const neverAborted = new AbortController().signal;

export function createMachineCalls(http: FlyHttp, app: string): MachineCalls {
  const machines = `/apps/${encodeURIComponent(app)}/machines`;
  const pathOf = (machineId: string): string => `${machines}/${encodeURIComponent(machineId)}`;

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
    const list = { doing: "list the machines", method: "GET", path: machines } as const;
    const limit = { action: "machines.list", id: app };
    return http.send({ ...list, limit, answer: z.array(flyMachine), onSend }, neverAborted);
  });
  return {
    createMachine(request, signal) {
      const what = { doing: `create machine "${request.name}"`, path: machines, body: request };
      const limit = { action: "machines.create", id: app };
      return http.send({ ...what, method: "POST", answer: flyMachine, limit }, signal);
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
    async setMetadata(machineId, { key, value }, signal) {
      await http.send(
        {
          ...{ doing: `tag machine "${machineId}"`, method: "POST", answer: anything },
          ...{ path: `${pathOf(machineId)}/metadata/${encodeURIComponent(key)}`, body: { value } },
          ...{ isRepeatable: true, limit: { action: "machines.metadata.set", id: machineId } },
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
  };
}
