import { fc } from "../fast-check.ts";
import type { BreakerState } from "../../src/core/breakers.ts";
import type { ScheduleLimits } from "../../src/core/lane-rules.ts";
import { lanes, priorities } from "../../src/core/operation.ts";
import type { Lane, Priority } from "../../src/core/operation.ts";
import type { Ending, World } from "./schedule-world.ts";

/** A number that picks one of what there is at the moment it is used. */
type Pick = number;

export type Command =
  | {
      do: "provision";
      owner: string;
      provider: string;
      priority: Priority;
      keep: boolean;
      after: Pick[];
    }
  | { do: "destroy"; thopter: Pick; priority: Priority; after: Pick[] }
  | { do: "adopt"; owner: string; provider: string }
  | { do: "start" }
  | { do: "finish"; operation: Pick; ending: Ending; backoffMs: number }
  | { do: "cancel"; operation: Pick }
  | { do: "pause"; lane: Lane; on: boolean }
  | { do: "drain"; on: boolean }
  | { do: "storage"; on: boolean }
  | { do: "breaker"; provider: string; lane: Lane; state: BreakerState["state"] | "closed" }
  | { do: "wait"; ms: number }
  | { do: "wake" }
  | { do: "crash"; reserveLast: boolean };

export type History = { limits: ScheduleLimits; isEager: boolean; commands: Command[] };

const owners = fc.constantFrom("ann", "ben", "cas");
const providers = fc.constantFrom("fly", "local");
const anyPriority = fc.constantFrom<Priority>("normal", ...priorities);
const anyLane = fc.constantFrom<Lane>(...lanes);
const anyPick = fc.nat({ max: 99 });
const someAfter = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Pick[]>([]) },
  { weight: 1, arbitrary: fc.array(anyPick, { minLength: 1, maxLength: 2 }) },
);
const anyMs = fc.constantFrom(0, 1, 999, 20_000, 59_999, 60_000, 60_001, 700_000);

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  weigh(16, {
    do: fc.constant("provision"),
    owner: owners,
    provider: providers,
    priority: anyPriority,
    keep: fc.boolean(),
    after: someAfter,
  }),
  weigh(14, {
    do: fc.constant("destroy"),
    thopter: anyPick,
    priority: anyPriority,
    after: someAfter,
  }),
  weigh(2, { do: fc.constant("adopt"), owner: owners, provider: providers }),
  weigh(8, { do: fc.constant("start") }),
  weigh(24, {
    do: fc.constant("finish"),
    operation: anyPick,
    ending: fc.constantFrom<Ending>("succeed", "succeed", "fail", "retry"),
    backoffMs: anyMs,
  }),
  weigh(5, { do: fc.constant("cancel"), operation: anyPick }),
  weigh(6, { do: fc.constant("pause"), lane: anyLane, on: fc.boolean() }),
  weigh(2, { do: fc.constant("drain"), on: fc.constantFrom(true, false, false) }),
  weigh(2, { do: fc.constant("storage"), on: fc.constantFrom(true, true, false) }),
  weigh(6, {
    do: fc.constant("breaker"),
    provider: providers,
    lane: anyLane,
    state: fc.constantFrom("open", "half-open", "half-open", "closed"),
  }),
  weigh(8, { do: fc.constant("wait"), ms: anyMs }),
  weigh(8, { do: fc.constant("wake") }),
  weigh(2, { do: fc.constant("crash"), reserveLast: fc.boolean() }),
);

function weigh<T extends Command>(weight: number, model: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return { weight, arbitrary: fc.record<T>(model) };
}

const small = fc.integer({ min: 1, max: 3 });

export const history: fc.Arbitrary<History> = fc.record({
  limits: fc.record({
    lanes: fc.record({ destroy: small, provision: fc.constantFrom(1, 1, 2), setup: small }),
    thopters: fc.integer({ min: 1, max: 6 }),
    thoptersPerOwner: small,
    provisionMaxWaitMs: fc.constantFrom(60_000, 60_000, 1_000),
  }),
  isEager: fc.constantFrom(true, true, false),
  commands: fc.array(anyCommand, { maxLength: 80, size: "max" }),
});

/** Does what a command says, as far as there is something to do it to. */
export function play(world: World, command: Command): void {
  const { state } = world;
  switch (command.do) {
    case "provision":
      return world.provision(
        { ownerId: command.owner, provider: command.provider, keep: command.keep },
        { priority: command.priority, after: named(world, command.after, () => true) },
      );
    case "destroy": {
      const thopter = one([...state.thopters.values()], command.thopter);
      const others = named(
        world,
        command.after,
        ({ kind, thopterId }) => kind === "destroy" && thopterId !== thopter?.id,
      );
      if (thopter !== undefined)
        world.destroy(thopter, { priority: command.priority, after: others });
      return;
    }
    case "adopt":
      return world.adopt(command.owner, command.provider);
    case "start":
      return void world.startNext();
    case "finish": {
      const running = one(
        world.open().filter(({ status }) => status === "running"),
        command.operation,
      );
      if (running !== undefined) world.finish(running, command.ending, command.backoffMs);
      return;
    }
    case "cancel": {
      const queued = one(
        world.open().filter(({ status }) => status === "queued"),
        command.operation,
      );
      if (queued !== undefined) world.cancel(queued);
      return;
    }
    case "pause":
      return world.setPaused(command.lane, command.on);
    case "drain":
      return world.setDraining(command.on);
    case "storage":
      return world.setStorage(command.on);
    case "breaker":
      return setBreaker(world, command);
    case "wait":
      return world.advance(command.ms);
    case "wake":
      return world.advance(Math.max(0, (world.schedule.wakeAt() ?? state.now) - state.now));
    case "crash":
      return world.crash(command.reserveLast);
  }
}

function setBreaker(world: World, { provider, lane, state }: Command & { do: "breaker" }): void {
  const until = world.state.now + 30_000;
  const states = {
    open: { state: "open", until },
    "half-open": { state: "half-open" },
    closed: undefined,
  } as const;
  world.both((schedule) => schedule.setBreaker({ provider, lane }, states[state], world.state.now));
}

function one<T>(items: readonly T[], pick: Pick): T | undefined {
  return items[pick % items.length];
}

function named(
  world: World,
  picks: readonly Pick[],
  may: (operation: ReturnType<World["open"]>[number]) => boolean,
): string[] {
  const open = world.open().filter(may);
  return [...new Set(picks.flatMap((pick) => one(open, pick)?.id ?? []))];
}
