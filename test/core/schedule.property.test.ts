import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { history, play } from "./schedule-history.ts";
import type { History } from "./schedule-history.ts";
import { createWorld } from "./schedule-world.ts";
import type { World } from "./schedule-world.ts";

describe("the schedule, over random histories", () => {
  it("starts what the lane rules say, says why the rest waits, and brings everything to its end", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(history, (one) => {
        const world = createWorld(one.limits, seen);
        playHistory(world, one);
        drain(world);
      }),
      { numRuns: 2_000, seed: 20_261_121 },
    );
    // The histories reach every rule; without this a poor generator would pass as a good schedule.
    for (const what of situations) expect(seen.get(what), what).toBeGreaterThan(50);
  }, 180_000);
});

const situations = [
  "storage",
  "draining",
  "paused",
  "backoff",
  "after",
  "breaker",
  "lane-full",
  "destroys-first",
  "capacity",
  "quota",
  "queue",
  "half-open start",
  "passed over",
  "started in spite of destroys",
  "join",
  "abandon",
];

function playHistory(world: World, { commands, isEager }: History): void {
  for (const command of commands) {
    play(world, command);
    world.check();
    if (isEager) startAll(world);
  }
}

/** What the engine does whenever something changed. */
function startAll(world: World): void {
  while (world.startNext());
  const { schedule, state } = world;
  const wakeAt = schedule.wakeAt();
  if (wakeAt === undefined) return;
  expect(wakeAt).toBeGreaterThan(state.now);
  expectNothingBefore(world, wakeAt);
}

/** Time alone changes nothing before the schedule wants to be asked again. */
function expectNothingBefore({ schedule, state, open }: World, wakeAt: number): void {
  const early = open().filter(
    ({ id, notBefore, status }) =>
      status === "queued" &&
      schedule.blockers(id, state.now).every(({ kind }) => kind === "backoff") &&
      (notBefore ?? 0) < wakeAt,
  );
  expect(early).toEqual([]);
}

/** Everything accepted ends once the world is fair, and nothing of it is left. */
function drain(world: World): void {
  const { state } = world;
  world.resumeAll();
  for (let turns = 0; turns < 2_000; turns += 1) {
    startAll(world);
    if (world.open().length === 0 && state.thopters.size === 0) break;
    goOn(world);
    world.check();
  }
  expect(world.open()).toEqual([]);
  expect(world.schedule.capacity.used).toBe(0);
  expect(world.schedule.wakeAt()).toBeUndefined();
}

function goOn(world: World): void {
  const { state, schedule } = world;
  const running = world.open().find(({ status }) => status === "running");
  if (running !== undefined) {
    world.advance(1_000);
    return world.finish(running, "succeed", 0);
  }
  const wakeAt = schedule.wakeAt();
  if (wakeAt !== undefined) return world.advance(wakeAt - state.now);
  const idle = [...state.thopters.values()].find(
    ({ id }) =>
      world.openOf(id, "provision") === undefined && world.openOf(id, "destroy") === undefined,
  );
  const waiting = world.open().map(({ id }) => [id, schedule.blockers(id, state.now)]);
  expect(idle, `stuck: ${JSON.stringify(waiting)}`).toBeDefined();
  if (idle !== undefined) world.destroy(idle, { priority: "normal", after: [] });
}
