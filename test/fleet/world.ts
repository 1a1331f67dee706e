import { ProviderError } from "../../src/core/errors.ts";
import type { Unsaved } from "../../src/core/plan.ts";
import type {
  Agent,
  AnswerRequest,
  LaunchRequest,
  Restarted,
  TellRequest,
  TranscriptPage,
  TranscriptRequest,
} from "../../src/core/ports/agent.ts";
import type { Git } from "../../src/core/ports/git.ts";
import type { Machine, Provider } from "../../src/core/ports/provider.ts";
import type { RunResult, Shell } from "../../src/core/ports/shell.ts";
import type { Step } from "../../src/core/ports/step.ts";
import type { Terminals } from "../../src/core/ports/terminal.ts";
import type { AgentState } from "../../src/core/thopter.ts";

const nothingUnsaved: Unsaved = { state: "no", commits: 0, files: 0 };
export const someUnsaved: Unsaved = { state: "yes", commits: 2, files: 1 };

type Follower = { onState: (state: AgentState) => void; end: (error?: unknown) => void };

/** What exists outside the hub, and how it misbehaves. */
export type World = {
  machines: Map<string, Machine>;
  /** By machine id; none unsaved when absent. */
  unsaved: Map<string, Unsaved>;
  /** Thrown by the step or call of this name, until taken out. */
  faults: Map<string, Error>;
  /** The steps that wait until they are let go. */
  held: Set<string>;
  /** Lets a step go that is held. */
  release(name: string): void;
  /** Who follows the agent of each machine now. */
  followers: Map<string, Follower>;
  /** Whoever is told to stop following, and does not yet; at once while it is undefined. */
  lingering: (() => void)[] | undefined;
  /** How often an agent was followed from its start. */
  followed: number;
  told: TellRequest[];
  /** What was typed into terminals, and the sizes they were given. */
  typed: string;
  sizes: string[];
  answered: AnswerRequest[];
  restarted: { machine: string; request: LaunchRequest & { fresh?: boolean } }[];
  /** What becomes of an agent's conversation when it is started again. */
  conversation: Restarted["conversation"];
  transcript: TranscriptPage;
  /** The pages of it that were asked for. */
  pages: TranscriptRequest[];
  screen: string;
  diff: string;
  output: string;
  /** What commands say of themselves. */
  complaint: string;
  /** What agents are found to do when they are asked. */
  agentStatus: AgentState["status"];
  openSessions: number;
  agentSays(machineId: string, status: AgentState["status"], patch?: Partial<AgentState>): void;
};

export function createWorld(): World {
  const waiting = new Map<string, (() => void)[]>();
  const world: World = {
    machines: new Map(),
    unsaved: new Map(),
    faults: new Map(),
    held: new Set(),
    release(name) {
      world.held.delete(name);
      for (const go of waiting.get(name) ?? []) go();
      waiting.delete(name);
    },
    followers: new Map(),
    lingering: undefined,
    followed: 0,
    told: [],
    typed: "",
    sizes: [],
    answered: [],
    restarted: [],
    conversation: "resumed",
    transcript: { entries: [] },
    pages: [],
    screen: "a screen",
    diff: "a diff",
    output: "",
    complaint: "",
    agentStatus: "working",
    openSessions: 0,
    agentSays(machineId, status, patch = {}) {
      world.followers.get(machineId)?.onState({ status, since: 1, ...patch });
    },
  };
  return Object.assign(world, {
    wait: (name: string, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (!world.held.has(name)) return resolve();
        waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
        signal.addEventListener("abort", () => {
          reject(new ProviderError("told to stop", { kind: "transient" }));
        });
      }),
  });
}

function wait(world: World, name: string, signal: AbortSignal): Promise<void> {
  // `createWorld` adds it; tests have no use for it.
  const waiter = world as World & { wait(name: string, signal: AbortSignal): Promise<void> };
  return waiter.wait(name, signal);
}

function mayFail(world: World, name: string): void {
  const fault = world.faults.get(name);
  if (fault !== undefined) throw fault;
}

/** The fewest steps that make and destroy a machine: `create`, `launch`, and `remove`. */
export function stepsIn(world: World): Step[] {
  const step = (
    name: string,
    place: Pick<Step, "kind" | "lane">,
    run: (context: Parameters<Step["run"]>[0]) => Awaited<ReturnType<Step["run"]>>,
  ): Step => ({
    name,
    ...place,
    after: [],
    timeoutMs: 60_000,
    async run(context) {
      await wait(world, name, context.signal);
      mayFail(world, name);
      return run(context);
    },
  });
  return [
    step("create", { kind: "provision", lane: "provision" }, ({ thopter, operation }) => {
      const { id, name } = thopter();
      const machineId = `m-${id}`;
      const tags = { hub: "hub-1", thopter: id, operation: operation.id };
      world.machines.set(machineId, {
        id: machineId,
        name,
        status: "running",
        tags,
        createdAt: 1,
      });
      return { thopter: { machineId, baseCommit: "a".repeat(40) } };
    }),
    step("launch", { kind: "provision", lane: "setup" }, () => undefined),
    step("remove", { kind: "destroy", lane: "destroy" }, ({ thopter }) => {
      world.machines.delete(thopter().machineId ?? "");
      return undefined;
    }),
  ];
}

export function providerIn(world: World): Provider {
  const notUsed = (): Promise<never> => Promise.reject(new Error("not used"));
  return {
    name: "local",
    isolation: { contained: true, words: "" },
    create: notUsed,
    get: async (id) => world.machines.get(id),
    async list(hub) {
      mayFail(world, "list");
      return [...world.machines.values()].filter(({ tags }) => tags.hub === hub);
    },
    start: notUsed,
    stop: notUsed,
    async destroy(id) {
      mayFail(world, "provider.destroy");
      world.machines.delete(id);
    },
    shell: notUsed,
    places: (id) => ({ home: `/${id}/home`, run: `/${id}/run` }),
  };
}

export function agentIn(world: World): Agent {
  return {
    name: "command",
    launch: async () => undefined,
    verify: async () => {
      const isAnew = world.restarted.at(-1)?.request.fresh === true;
      mayFail(world, isAnew ? "verify anew" : "verify");
    },
    state: async () => ({ status: world.agentStatus, since: 1 }),
    follow: ({ places }, onState, signal) =>
      new Promise<void>((resolve, reject) => {
        const id = places.home.split("/")[1] ?? "";
        world.followed += 1;
        function end(error?: unknown): void {
          world.followers.delete(id);
          if (error instanceof Error) reject(error);
          else resolve();
        }
        world.followers.set(id, { onState, end });
        signal.addEventListener("abort", () => {
          if (world.lingering === undefined) end();
          else world.lingering.push(end);
        });
      }),
    async tell(_session, request) {
      mayFail(world, "tell");
      world.told.push(request);
    },
    async answer(_session, request) {
      mayFail(world, "answer");
      world.answered.push(request);
    },
    async screen(_session, { history }) {
      mayFail(world, "screen");
      return history ? `before\n${world.screen}` : world.screen;
    },
    async restart({ places }, request, signal) {
      await wait(world, "restart", signal);
      mayFail(world, "restart");
      world.restarted.push({ machine: places.home, request });
      return { conversation: request.fresh === true ? "none" : world.conversation };
    },
    async transcript(_session, request) {
      mayFail(world, "transcript");
      world.pages.push(request);
      return world.transcript;
    },
    stop: async () => undefined,
  };
}

export function terminalsIn(world: World): Terminals {
  return {
    async look() {
      mayFail(world, "look");
      return { columns: 80, rows: 24, lines: world.screen.split("\n"), digest: world.screen };
    },
    async type(_session, bytes) {
      world.typed += new TextDecoder().decode(bytes);
    },
    async resize(_session, { columns, rows }) {
      world.sizes.push(`${columns}x${rows}`);
    },
  };
}

export function gitIn(world: World): Git {
  const notUsed = (): Promise<never> => Promise.reject(new Error("not used"));
  return {
    clone: notUsed,
    async unsaved({ path }) {
      mayFail(world, "unsaved");
      return world.unsaved.get(path.split("/")[1] ?? "") ?? nothingUnsaved;
    },
    async summary() {
      mayFail(world, "summary");
      return { branch: "b\u001b[2Jranch", commitsAhead: 1, diffstat: "", uncommittedFiles: 0 };
    },
    async diff(_clone, { maxBytes }) {
      return { text: world.diff.slice(0, maxBytes), truncated: world.diff.length > maxBytes };
    },
    bundle: notUsed,
    pushRescue: notUsed,
  };
}

export function shellIn(world: World): Shell {
  return {
    async run(): Promise<RunResult> {
      mayFail(world, "run");
      const stdout = new TextEncoder().encode(world.output);
      return { exitCode: 3, stdout, stderr: new TextEncoder().encode(world.complaint) };
    },
    put: () => Promise.reject(new Error("not used")),
    get: () => Promise.reject(new Error("not used")),
    close: async () => undefined,
  };
}
