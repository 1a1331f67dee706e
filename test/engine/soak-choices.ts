import { fc } from "../fast-check.ts";

/** How a step ends. */
export const outcomeArbitrary = fc.oneof(
  { weight: 8, arbitrary: fc.constant("ok" as const) },
  { weight: 3, arbitrary: fc.constant("slow" as const) },
  { weight: 2, arbitrary: fc.constant("transient" as const) },
  { weight: 1, arbitrary: fc.constant("rate limit" as const) },
  { weight: 1, arbitrary: fc.constant("broken" as const) },
  // Until it is told to stop.
  { weight: 2, arbitrary: fc.constant("hangs" as const) },
  // It is told to stop, and goes on for longer than the grace.
  { weight: 1, arbitrary: fc.constant("stubborn" as const) },
);

export type Outcome = typeof outcomeArbitrary extends fc.Arbitrary<infer T> ? T : never;

const name = fc.constantFrom("a", "b", "c", "d", "e", "f");
const nth = fc.nat({ max: 20 });
const priority = fc.constantFrom("urgent", "high", "normal", "low");
const scope = fc.constantFrom("provision", "destroy", "all");

const request = fc.oneof(
  fc.record({
    ...{ kind: fc.constant("provision" as const), name, priority },
    ...{ owner: fc.constantFrom("ann", "ben"), keepOnFailure: fc.boolean() },
    key: fc.option(fc.constantFrom("k1", "k2"), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant("destroy" as const), name, priority, force: fc.boolean() }),
);

export type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

const doing = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("submit" as const),
      requests: fc.array(request, { minLength: 1, maxLength: 3 }),
      // What of: an operation to wait for, and a write alongside that is refused.
      ...{ after: fc.option(nth, { nil: undefined }), stale: fc.integer({ min: 0, max: 5 }) },
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("advance" as const),
      ms: fc.constantFrom(0, 100, 1000, 5000, 35_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("cancel" as const), nth }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("retry" as const), nth }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("amend" as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pause" as const), scope }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("resume" as const), scope }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose" as const), left: nth }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("mend" as const) }) },
);

/** What is done next, and whether everything comes to rest before the one after. */
export const actionArbitrary = fc.record({ doing, rests: fc.boolean() });

export type Action = typeof actionArbitrary extends fc.Arbitrary<infer T> ? T : never;
