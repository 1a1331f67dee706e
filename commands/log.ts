import { ids } from "./blocks/actions.ts";
import { readingFeature } from "./choose/reading.ts";

/** `log`: the output of the repository's own setup. */
export const logFeature = readingFeature("log", {
  id: ids.log,
  summary: "show what the setup of a thopter said, to you alone",
});
