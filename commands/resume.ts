import { pausingFeature } from "./choose/pausing.ts";

/** `resume`: lets a paused lane go on. */
export const resumeFeature = pausingFeature("resume", "let a paused lane go on (admins)");
