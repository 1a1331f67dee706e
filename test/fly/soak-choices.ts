import { fc } from "../fast-check.ts";
import type { Fault } from "../../src/simulators/fly/faults.ts";

const nth = fc.nat({ max: 5 });
const sometimes = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(values, { nil: undefined, freq: 2 });

const words = fc.constantFrom(
  ...["lost-answer", "empty-list", "host-down", "never-boots", "fails-boot"],
  ...[
    "late-create",
    "no-region",
    "full-host",
    "over-quota",
    "slow-stop",
    "dropped-ssh",
    "revoked-token",
  ],
);

const actions = [
  ...["machines.create", "machines.list", "machines.get", "machines.wait", "machines.stop"],
  ...["machines.start", "machines.destroy", "machines.lease.acquire", "machines.lease.release"],
  ...["volumes.list", "volumes.create", "volumes.delete"],
];

const answer = fc
  .record({
    action: fc.constantFrom(...actions),
    status: fc.constantFrom(0, 408, 429, 500, 503),
    committed: fc.boolean(),
    times: fc.integer({ min: 1, max: 6 }),
  })
  .map((fields): Fault => ({ kind: "answer", ...fields }));

/** Made long after it was given up, or after the thopter is gone. */
const late = fc
  .record({ kind: fc.constant("late-create"), ms: fc.constantFrom(5000, 100_000, 400_000) })
  .map((fields): Fault => fields);

const lasting = fc
  .record({
    kind: fc.constantFrom("empty-list", "list-lag", "full-volume-host", "slow-stop"),
    times: fc.integer({ min: 1, max: 4 }),
    ms: fc.constantFrom(1000, 20_000, 200_000),
  })
  .map((fields): Fault => fields);

const doing = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("provision" as const), word: sometimes(words) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("destroy" as const), nth, force: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("fault" as const), fault: answer }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("fault" as const), fault: lasting }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fault" as const), fault: late }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), nth }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("host down" as const), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("by hand" as const),
      nth,
      what: fc.constantFrom("stop", "suspend", "destroy", "lease"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("mend" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("crash" as const) }) },
);

/** What is done next, and how much time passes then, in milliseconds. */
export const actionArbitrary = fc.record({
  doing,
  ms: fc.constantFrom(0, 50, 700, 3000, 8000, 120_000),
});

export type Action = typeof actionArbitrary extends fc.Arbitrary<infer T> ? T : never;
