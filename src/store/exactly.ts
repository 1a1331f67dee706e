import type { z } from "zod";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** What the compiler shows of a drift: the keys that only one of the two has, if that is it. */
type Drift<A, B> = {
  "schema and type differ in": Exclude<keyof A, keyof B> | Exclude<keyof B, keyof A>;
};

/** Takes a schema only if it answers with exactly `T`: the compiler finds a drift in either. */
export function exactly<T>(): <S extends z.ZodType<T>>(
  schema: Same<z.output<S>, T> extends true ? S : Drift<z.output<S>, T>,
) => S {
  // What the compiler accepted as an argument is an S.
  return (schema) => schema as never;
}
