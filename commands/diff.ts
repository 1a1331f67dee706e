import { ids } from "./blocks/actions.ts";
import { readingFeature } from "./choose/reading.ts";

/** `diff`: the changes since the base, their sizes first. */
export const diffFeature = readingFeature("diff", {
  id: ids.diff,
  summary: "show what a thopter has changed, to you alone",
});
