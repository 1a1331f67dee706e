import type { Clock } from "../../core/ports/clock.ts";
import type { FlyMachine } from "./answers.ts";
import type { FlyApi } from "./api.ts";
import { FlyError, hasReason } from "./fly-error.ts";
import type { Leased } from "./leased.ts";
import { pause } from "../../core/pause.ts";
import { waitForState } from "./waiting.ts";

/** How long Fly refuses a start after a stop, at most: 8 s were seen. */
const stillActiveMs = 15_000;
const stillActiveAgainMs = 1000;
const startMs = 120_000;
const stopMs = 120_000;

/** Starts and stops machines, and waits until they have. */
export type Power = {
  start(machine: FlyMachine, signal: AbortSignal): Promise<void>;
  stop(machine: FlyMachine, signal: AbortSignal): Promise<void>;
};

export function createPower(ports: { api: FlyApi; clock: Clock; leased: Leased }): Power {
  const { api, clock, leased } = ports;

  async function reach(machine: FlyMachine, waiting: Reach, signal: AbortSignal): Promise<string> {
    const instanceId = machine.instance_id ?? undefined;
    return waitForState(ports, { machineId: machine.id, instanceId, ...waiting }, signal);
  }

  async function askStart(machine: FlyMachine, signal: AbortSignal): Promise<void> {
    const until = clock.now() + stillActiveMs;
    for (;;) {
      try {
        await leased(machine, { signal }, (nonce) =>
          api.startMachine({ machineId: machine.id, nonce }, signal),
        );
        return;
      } catch (error) {
        // Right after a stop Fly says that the machine is still active.
        if (!hasReason(error, "precondition") || clock.now() >= until) throw error;
        await pause(clock, stillActiveAgainMs, signal);
      }
    }
  }

  return {
    async start(machine, signal) {
      const { state } = machine;
      if (state === "started") return;
      if (state === "stopping" || state === "suspending") {
        const states = ["stopped", "suspended"];
        await reach(machine, { states, limitMs: stopMs }, signal);
      }
      const boots = ["created", "starting", "replacing", "updating", "restarting"];
      if (!boots.includes(state)) await askStart(machine, signal);
      const states = ["started", "failed"];
      const reached = await reach(machine, { states, limitMs: startMs }, signal);
      if (reached !== "started") throw ended(`start machine "${machine.id}"`, reached);
    },
    async stop(machine, signal) {
      const { id: machineId, state } = machine;
      if (["stopped", "suspended", "failed", "destroying"].includes(state)) return;
      if (state !== "stopping") {
        await leased(machine, { signal }, (nonce) => api.stopMachine({ machineId, nonce }, signal));
      }
      await reach(machine, { states: ["stopped"], limitMs: stopMs }, signal);
    },
  };
}
type Reach = { states: readonly string[]; limitMs: number };

function ended(doing: string, state: string): FlyError {
  const reason = state === "gone" ? "not_found" : "precondition";
  return new FlyError(doing, { reason, cause: new Error(`the machine is ${state}`) });
}
