import { expect, it } from "vitest";
import { createEstimator } from "../../src/core/estimate.ts";

it("says nothing before anything has finished", () => {
  expect(createEstimator().startsInMs(0, 1)).toBeUndefined();
});

it("takes the median, so that one slow operation does not count", () => {
  const estimator = createEstimator();
  for (const ms of [10, 10, 10_000]) estimator.record(ms);
  expect(estimator.startsInMs(0, 1)).toBe(10);
});

it("counts a round for every slot's worth of those ahead", () => {
  const estimator = createEstimator();
  estimator.record(1000);
  const rounds = [0, 4, 5, 9, 10].map((ahead) => estimator.startsInMs(ahead, 5));
  expect(rounds).toEqual([1000, 1000, 2000, 2000, 3000]);
});

it("forgets what is long past", () => {
  const estimator = createEstimator();
  for (let count = 0; count < 20; count += 1) estimator.record(60_000);
  for (let count = 0; count < 20; count += 1) estimator.record(1000);
  expect(estimator.startsInMs(0, 1)).toBe(1000);
});
