import { describe } from "vitest";
import type { OpenHost } from "./engine/host.ts";
import { describeDurability } from "./engine/durability.ts";
import { describeEnds } from "./engine/ends.ts";
import { describeFailures } from "./engine/failures.ts";
import { describeLanes } from "./engine/lanes.ts";
import { describeReading } from "./engine/reading.ts";
import { describeRequests } from "./engine/requests.ts";

/** What every engine does, in one process or in several, whatever it keeps its records in. */
export function describeEngine(store: string, openHost: OpenHost): void {
  describe(`The engine over ${store}`, () => {
    describeLanes(openHost);
    describeRequests(openHost);
    describeEnds(openHost);
    describeDurability(openHost);
    describeFailures(openHost);
    describeReading(openHost);
  });
}
