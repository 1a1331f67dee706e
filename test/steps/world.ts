import { ProviderError } from "../../src/core/errors.ts";
import type { Unsaved } from "../../src/core/plan.ts";
import type { Agent } from "../../src/core/ports/agent.ts";
import type { Git, RescueResult } from "../../src/core/ports/git.ts";
import type { Machine, Provider } from "../../src/core/ports/provider.ts";
import type { RunResult, Shell } from "../../src/core/ports/shell.ts";
import type { StepPorts } from "../../src/steps/ports.ts";
import { createSessions } from "../../src/steps/session.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { createTemplates } from "../../src/templates/templates.ts";
import { noIdentities } from "../no-identities.ts";

const systemClock = createSystemClock();

/** What exists outside the hub: it outlives any engine. */
export type World = {
  machines: Map<string, Machine>;
  /** How many machines were ever made. */
  made: number;
  clones: Map<string, number>;
  agents: Map<string, number>;
  /** The machines whose agent runs. */
  running: Set<string>;
  unsaved: Unsaved;
  bundle: RescueResult;
  /** Bundles that arrived, by the directory they came to. */
  bundles: Set<string>;
  pushed: string[];
  /** Shells that were opened and not closed yet. */
  openShells: number;
  /** Every call by its name, in order. */
  calls: string[];
};

export function createWorld(): World {
  return {
    machines: new Map(),
    made: 0,
    clones: new Map(),
    agents: new Map(),
    running: new Set(),
    unsaved: { state: "yes", commits: 3, files: 2 },
    bundle: { bundlePath: "/scratch/rescue.bundle", commits: 3, uncommittedFiles: 2 },
    bundles: new Set(),
    pushed: [],
    openShells: 0,
    calls: [],
  };
}

/** Comes between a call and its effect or answer; throws, waits, or answers something else. */
export type Around = (
  call: string,
  effect: () => unknown,
  signal: AbortSignal | undefined,
) => Promise<unknown>;

const digest = "a".repeat(64);

/** Ports into a world. All calls go through `around`. */
export function portsInto(world: World, around: Around = async (_call, effect) => effect()) {
  async function call<T>(
    name: string,
    signal: AbortSignal | undefined,
    effect: () => T,
  ): Promise<T> {
    world.calls.push(name);
    if (signal?.aborted === true) throw new ProviderError("aborted", { kind: "transient" });
    // `around` answers with what the effect answers unless a test wants it otherwise.
    return (await around(name, effect, signal)) as T;
  }

  const provider = providerInto(world, call);
  const providers = { local: provider };
  const ports: StepPorts = {
    hub: "hub-1",
    clock: systemClock,
    providers,
    agents: { command: agentInto(world, call) },
    git: gitInto(world, call),
    sessions: createSessions({ providers }),
    templates: createTemplates({ directory: "/nowhere" }),
    ownerName: (id) => Promise.resolve(id),
    identities: noIdentities,
    gitToken: () => Promise.resolve("token"),
    allowsLocal: () => false,
    allowsSetup: () => true,
    keptFor: async () => ({ trusted: false, variables: () => ({}) }),
    rescueBundle: () => Promise.resolve(undefined),
    rescueDirectory: (id) => `/rescues/${id}`,
    sealFile: () => call("seal", undefined, () => digest),
  };
  return ports;
}

type Call = <T>(name: string, signal: AbortSignal | undefined, effect: () => T) => Promise<T>;

function providerInto(world: World, call: Call): Provider {
  return {
    name: "local",
    isolation: { contained: true, words: "" },
    create: ({ name, tags }, signal) =>
      call("create", signal, () => {
        const found = [...world.machines.values()].find(
          (machine) => machine.tags.hub === tags.hub && machine.tags.thopter === tags.thopter,
        );
        if (found !== undefined) return found;
        world.made += 1;
        const id = `m-${world.made}`;
        const machine: Machine = { id, name, tags, status: "running", createdAt: 1 };
        world.machines.set(id, machine);
        return machine;
      }),
    get: (id, signal) => call("get", signal, () => world.machines.get(id)),
    list: (hub, signal) =>
      call("list", signal, () =>
        [...world.machines.values()].filter(({ tags }) => tags.hub === hub),
      ),
    start: (id, signal) => call("start", signal, () => setStatus(world, id, "running")),
    stop: (id, signal) =>
      call("stop", signal, () => {
        world.running.delete(id);
        setStatus(world, id, "stopped");
      }),
    destroy: (id, signal) =>
      call("destroy", signal, () => {
        world.running.delete(id);
        world.machines.delete(id);
      }),
    shell: (id, signal) => call("shell", signal, () => shellInto(world, id, call)),
    places: (id) => ({ home: `/${id}/home`, run: `/${id}/run` }),
  };
}

function setStatus(world: World, id: string, status: Machine["status"]): void {
  const machine = world.machines.get(id);
  if (machine !== undefined) world.machines.set(id, { ...machine, status });
}

function shellInto(world: World, id: string, call: Call): Shell {
  if (world.machines.get(id)?.status !== "running") {
    throw new ProviderError(`"${id}" does not run`, { kind: "permanent" });
  }
  world.openShells += 1;
  return {
    run: (argv, { signal }) =>
      call(`run ${argv[0] ?? ""}`, signal, () => answer(argv.join(" ").includes("sha256sum"))),
    put: (_from, _to, { signal }) => call("put", signal, () => undefined),
    get: (_from, to, { signal }) => call("fetch", signal, () => void world.bundles.add(to)),
    close() {
      world.openShells -= 1;
      return Promise.resolve();
    },
  };
}

function answer(isDigest: boolean): RunResult {
  const stdout = new TextEncoder().encode(isDigest ? `${digest}  -\n` : "");
  return { exitCode: 0, stdout, stderr: new Uint8Array() };
}

function gitInto(world: World, call: Call): Git {
  return {
    clone: ({ path }, _request, signal) =>
      call("clone", signal, () => {
        // What an earlier attempt finished is taken as it is.
        if (!world.clones.has(path)) world.clones.set(path, 1);
        return { baseCommit: "b".repeat(40), base: "main" };
      }),
    unsaved: (_clone, signal) => call("unsaved", signal, () => world.unsaved),
    bundle: (_clone, signal) => call("bundle", signal, () => world.bundle),
    pushRescue: (_clone, { branch }, signal) =>
      call("push", signal, () => void world.pushed.push(branch)),
    summary: () => Promise.reject(new Error("not used")),
    diff: () => Promise.reject(new Error("not used")),
  };
}

function agentInto(world: World, call: Call): Agent {
  const idOf = (home: string): string => home.split("/")[1] ?? "";
  return {
    name: "command",
    launch: ({ places }, _request, signal) =>
      call("launch", signal, () => {
        const id = idOf(places.home);
        if (world.running.has(id)) return;
        world.running.add(id);
        world.agents.set(id, (world.agents.get(id) ?? 0) + 1);
      }),
    verify: (_session, signal) => call("verify", signal, () => undefined),
    state: (_session, signal) => call("state", signal, () => ({ status: "working", since: 1 })),
    stop: ({ places }, signal) =>
      call("stop-agent", signal, () => void world.running.delete(idOf(places.home))),
    restart: () => Promise.reject(new Error("not used")),
    transcript: () => Promise.reject(new Error("not used")),
    follow: () => Promise.reject(new Error("not used")),
    tell: () => Promise.reject(new Error("not used")),
    answer: () => Promise.reject(new Error("not used")),
    screen: () => Promise.reject(new Error("not used")),
  };
}

/** Resolves never, or throws what a port throws once it is told to stop. */
export function hang(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => {
      reject(new ProviderError("Cannot go on: aborted", { kind: "transient" }));
    });
  });
}
