import { expect, it } from "vitest";
import { createManualClock } from "../../manual-clock.ts";
import { flyHarness, requestOf, signal, standing } from "./fly-harness.ts";

const machines = 100;
const pool = 5;
/** What the steps of one destroy ask for one after another; Fly allows one list a second for an app. */
const listsEach = 3;

it("a hundred destroys take hardly longer than Fly's limits allow, and none is refused", async () => {
  const clock = createManualClock();
  const { provider, simulator } = flyHarness({
    clock,
    rules: { bootMs: 0, stopMs: 0, destroyMs: 0 },
  });
  const ids: string[] = [];
  async function provisionAll(): Promise<void> {
    for (let index = 0; index < machines; index += 1) {
      ids.push((await provider.create(requestOf(`thopter-${String(index)}`), signal)).id);
    }
  }
  async function destroyNext(): Promise<void> {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      await provider.stop(id, signal);
      await provider.destroy(id, signal);
      for (let list = 0; list < listsEach; list += 1) {
        const left = await provider.list("hub-1", signal);
        expect(left.map((machine) => machine.id)).not.toContain(id);
      }
    }
  }

  async function timed(work: Promise<unknown>): Promise<number> {
    const start = clock.now();
    let isDone = false;
    const ended = work.finally(() => (isDone = true));
    while (!isDone) await clock.advance(50);
    await ended;
    return clock.now() - start;
  }

  await timed(provisionAll());
  expect(standing(simulator)).toHaveLength(machines);
  const tookMs = await timed(Promise.all(Array.from({ length: pool }, destroyNext)));
  expect(standing(simulator)).toEqual([]);
  const allowedMs = (machines / pool) * listsEach * 1000;
  expect(tookMs / allowedMs).toBeLessThan(1.1);
  expect(simulator.world.refusals).toBe(0);
});
