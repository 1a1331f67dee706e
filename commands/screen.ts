import { ids } from "./blocks/actions.ts";
import { readingFeature } from "./choose/reading.ts";

/** `screen`: the terminal of a thopter as text. */
export const screenFeature = readingFeature("screen", {
  id: ids.screen,
  summary: "show what is on a thopter's screen, to you alone",
});
