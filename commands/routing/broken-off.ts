import { message } from "../blocks/elements.ts";

/** For whoever asked for what a hub had begun, or had only taken, when it ended. */
export const brokenOff = message(
  "The hub was restarted while it did this: it may have been done, or not. Look, and ask again if it was not.",
);
