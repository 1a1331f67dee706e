import { pausingFeature } from "./choose/pausing.ts";

/** `pause`: starts nothing more in a lane. */
export const pauseFeature = pausingFeature("pause", "start nothing more in a lane (admins)");
