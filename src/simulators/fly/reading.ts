import type { Call } from "./call.ts";
import { refuse, type Reply } from "./reply.ts";
import { namesOf, type MachineState, type SimMachine, type World } from "./world.ts";
import { showMachine } from "./wire.ts";

/** Lists an app's machines: for a reader without the affinity cookie, as they were a moment ago. */
export function listMachines(call: Call): Reply {
  const { world, app, query, isFresh } = call;
  if (world.faults.take("empty-list", { names: [app.name] }) !== undefined) {
    return { status: 200, body: [] };
  }
  const lag = world.faults.take("list-lag", { names: [app.name] })?.ms;
  const at = world.clock.now() - (lag ?? (isFresh ? 0 : world.rules.listLagMs));
  const wanted = query.get("state")?.split(",");
  const region = query.get("region");
  const body = [...world.machines.values()]
    .filter((machine) => machine.app === app.name && machine.createdAt <= at)
    .map((machine) => ({ machine, state: stateAt(machine, at) }))
    .filter(({ state }) => query.get("include_deleted") === "true" || state !== "destroyed")
    .filter(({ state }) => wanted?.includes(state) ?? true)
    .filter(({ machine }) => region === null || machine.region === region)
    .filter(({ machine }) => hasMetadata(machine, query))
    .map(({ machine, state }) => ({ ...showMachine(world, machine), state }));
  return { status: 200, body };
}

function stateAt(machine: SimMachine, at: number): MachineState {
  return machine.events.findLast((event) => event.at <= at)?.status ?? "created";
}

function hasMetadata({ config }: SimMachine, query: URLSearchParams): boolean {
  return [...query].every(([key, value]) => {
    if (!key.startsWith("metadata.")) return true;
    return config.metadata?.[key.slice("metadata.".length)] === value;
  });
}

const persistentStates = ["created", "started", "stopped", "suspended", "failed"];
const longestWaitSeconds = 60;

/** Answers as soon as a machine is in one of the wanted states; 408 when it is not in time. */
export async function waitForMachine(call: Call, machine: SimMachine): Promise<Reply> {
  const { world, query } = call;
  const states = query.getAll("state").flatMap((state) => state.split(","));
  const wanted = states.length === 0 ? ["started"] : states;
  const version = query.get("instance_id") ?? query.get("version");
  if (wanted.includes("stopped") && version === null) {
    throw refuse(400, "invalid_argument: instance_id is required to wait for stopped");
  }
  const seconds = Number(query.get("timeout") ?? longestWaitSeconds);
  if (!(seconds >= 1 && seconds <= longestWaitSeconds)) {
    throw refuse(400, "invalid_argument: timeout must be between 1 and 60 seconds");
  }
  const isReached = (): boolean =>
    wanted.some(
      (state) =>
        machine.state === state ||
        (state === "settled" && persistentStates.includes(machine.state)),
    );
  const limit = { ms: seconds * 1000, signal: call.signal };
  if (await untilReached(world, isReached, limit)) {
    const event_id = machine.events.at(-1)?.id ?? "";
    const { state, instanceId } = machine;
    return { status: 200, body: { ok: true, state, version: instanceId, event_id } };
  }
  throw refuse(
    408,
    `deadline_exceeded: machine failed to reach desired state, ${wanted.join(",")}, currently ${machine.state}`,
  );
}

async function untilReached(
  world: World,
  isReached: () => boolean,
  { ms, signal }: { ms: number; signal: AbortSignal },
): Promise<boolean> {
  if (isReached()) return true;
  return new Promise((resolve) => {
    const look = (): void => {
      if (isReached()) end();
    };
    const end = (): void => {
      cancel();
      world.watchers.delete(look);
      signal.removeEventListener("abort", end);
      resolve(isReached());
    };
    const cancel = world.clock.after(ms, end);
    world.watchers.add(look);
    signal.addEventListener("abort", end, { once: true });
  });
}

export function summary(world: World): unknown {
  return {
    machines: [...world.machines.values()].map((machine) => ({
      ...{ id: machine.id, name: machine.name, state: machine.state, app: machine.app },
      ...{ host: machine.host, private_ip: machine.privateIp, names: namesOf(machine) },
    })),
    volumes: [...world.volumes.values()].map(({ id, name, machine = null }) => ({
      ...{ id, name, machine },
    })),
    hosts: world.hosts,
    faults: world.faults.list(),
    troubles: world.troubles,
    refusals: world.refusals,
  };
}
