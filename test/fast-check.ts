import { env } from "node:process";
import fc from "fast-check";

/**
 * The generator of every property test. Its seed is fixed, so that a run that passes here passes
 * anywhere. Search further with another one: `FAST_CHECK_SEED=<number> npm test`.
 */
fc.configureGlobal({ seed: Number(env["FAST_CHECK_SEED"] ?? 20_261_121) });

export { fc };
