import type { Json } from "./json.ts";
import type { Tier } from "./rate-limits.ts";
import type { World } from "./world.ts";

/** One method of the Web API. */
export type Method = {
  /** One of these is enough; none is needed where there is none. */
  scopes: readonly string[];
  tier: Tier;
  token: "bot" | "app";
  answer(world: World, args: Json): Json;
};

/** A method that a bot token calls. */
export function method(scopes: readonly string[], tier: Tier, answer: Method["answer"]): Method {
  return { scopes, tier, token: "bot", answer };
}
