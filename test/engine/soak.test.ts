import { fc } from "../fast-check.ts";
import { expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createEmbeddedHost } from "./embedded-host.ts";
import { act } from "./soak-actions.ts";
import { actionArbitrary, outcomeArbitrary } from "./soak-choices.ts";
import { createSoak } from "./soak-world.ts";

it(
  "Whatever is asked and whatever goes wrong, every operation ends, once, and nothing is left over",
  { timeout: 120_000 },
  async () => {
    const actions = fc.array(actionArbitrary, { minLength: 5, maxLength: 60, size: "max" });
    const outcomes = fc.array(outcomeArbitrary, { minLength: 1, maxLength: 30, size: "max" });
    await fc.assert(
      fc.asyncProperty(actions, outcomes, async (asked, coming) => {
        const host = await createEmbeddedHost(async (beforeWrite) =>
          createMemoryStore({ beforeWrite }),
        );
        const soak = await createSoak(host, coming);
        for (const action of asked) {
          await act(soak, action);
          expect(soak.broken).toEqual([]);
        }
        await soak.finish();
        expect(soak.broken).toEqual([]);
        await soak.checkNothingLeft();
      }),
      { numRuns: 150 },
    );
  },
);
