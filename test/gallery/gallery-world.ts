import type { Clock } from "../../src/core/ports/clock.ts";
import type { Git, WorkSummary } from "../../src/core/ports/git.ts";
import type { Step, StepContext, StepOutcome } from "../../src/core/ports/step.ts";
import { createWorld, gitIn } from "../fleet/world.ts";
import type { World } from "../fleet/world.ts";

/** A world whose steps have the names of the real ones and take their time, on a clock that is moved. */
export type GalleryWorld = {
  world: World;
  steps: Step[];
  git: Git;
  /** What an agent has done, by the name of its thopter. */
  work: Map<string, WorkSummary>;
};

type Played = {
  name: string;
  after?: readonly string[];
  ms: number;
  lane: Step["lane"];
  words?: string;
  end?: (context: StepContext) => StepOutcome;
};

const commit = "4f1c9d2e7ab3";

export function createGalleryWorld(clock: Clock): GalleryWorld {
  const world = createWorld();
  const work = new Map<string, WorkSummary>();

  const played = (
    kind: Step["kind"],
    { name, after = [], ms, lane, words, end }: Played,
  ): Step => ({
    ...{ name, kind, lane, after, timeoutMs: 600_000 },
    async run(context) {
      if (words !== undefined) context.progress(words);
      await new Promise<void>((resolve) => void clock.after(ms, resolve));
      await released(world, clock, `${name} ${context.thopter().name}`);
      return end?.(context);
    },
  });

  return {
    world,
    work,
    steps: [
      ...provisionSteps(world).map((step) => played("provision", step)),
      ...destroySteps(world).map((step) => played("destroy", step)),
    ],
    git: {
      ...gitIn(world),
      async summary({ path }) {
        const name = world.machines.get(path.split("/")[1] ?? "")?.name ?? "";
        const branch = `thopter/${name}`;
        return work.get(name) ?? { branch, commitsAhead: 0, diffstat: "", uncommittedFiles: 0 };
      },
    },
  };
}

/** Resolves once nothing of this name is held. */
async function released(world: World, clock: Clock, name: string): Promise<void> {
  while (world.held.has(name)) {
    await new Promise<void>((resolve) => void clock.after(500, resolve));
  }
}

function provisionSteps(world: World): Played[] {
  const first = { lane: "provision" } as const;
  const later = { lane: "setup" } as const;
  return [
    {
      ...{ ...first, name: "create-machine", ms: 3400, words: "creating the machine" },
      end: (context) => created(world, context),
    },
    {
      ...{ ...first, name: "wait-for-shell", after: ["create-machine"], ms: 1800 },
      words: "waiting for the machine to answer",
    },
    { ...first, name: "write-context", after: ["wait-for-shell"], ms: 300 },
    {
      ...{ ...first, name: "clone", after: ["wait-for-shell"], ms: 5200 },
      words: "cloning the repository",
      end: () => ({ note: `from main at ${commit.slice(0, 10)}` }),
    },
    {
      ...{ ...later, name: "run-setup-script", after: ["clone", "write-context"], ms: 24_000 },
      words: "running the setup script",
    },
    {
      ...{ ...later, name: "launch-agent", after: ["run-setup-script"], ms: 900 },
      words: "launching the agent",
      end: () => ({ note: "claude" }),
    },
    {
      ...{ ...later, name: "verify-agent", after: ["launch-agent"], ms: 1600 },
      words: "waiting for the agent to take its task",
      end: () => ({ note: "working", thopter: { agentState: { status: "working", since: 1 } } }),
    },
  ];
}

function destroySteps(world: World): Played[] {
  const lane = "destroy" as const;
  return [
    { lane, name: "stop-agent", ms: 700, words: "stopping the agent" },
    {
      ...{
        lane,
        name: "rescue",
        after: ["stop-agent"],
        ms: 1500,
        words: "looking for unsaved work",
      },
      end: (context) => rescued(world, context),
    },
    { lane, name: "stop-machine", after: ["rescue"], ms: 1200, words: "stopping the machine" },
    {
      ...{ lane, name: "destroy-machine", after: ["stop-machine"], ms: 1400 },
      words: "destroying the machine",
      end({ thopter }) {
        world.machines.delete(thopter().machineId ?? "");
        return {};
      },
    },
    {
      ...{ lane, name: "verify-gone", after: ["destroy-machine"], ms: 600 },
      words: "making sure that the machine is gone",
    },
  ];
}

function created(world: World, { thopter, operation }: StepContext): StepOutcome {
  const { id, name } = thopter();
  const machineId = `e286${Buffer.from(name).toString("hex").slice(0, 10)}`;
  const tags = { hub: "hub-1", thopter: id, operation: operation.id };
  world.machines.set(machineId, { id: machineId, name, status: "running", tags, createdAt: 1 });
  const baseCommit = commit.padEnd(40, "0");
  return { note: `machine ${machineId}`, thopter: { machineId, baseCommit } };
}

function rescued(world: World, { thopter, operation }: StepContext): StepOutcome {
  const unsaved = world.unsaved.get(thopter().machineId ?? "");
  if (unsaved === undefined) return { skipped: true, note: "there is nothing to save" };
  const { commits, files: uncommittedFiles } = unsaved;
  const rescue = { id: operation.id, bundlePath: "", commits, uncommittedFiles, savedAt: 1 };
  const note = `${commits} commits and ${uncommittedFiles} file saved`;
  return { note, thopter: { rescue } };
}
