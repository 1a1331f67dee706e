import { cleanUpFleet } from "./clean-up-fleet.ts";
import type { Prompt } from "./define-prompt.ts";
import { delegateWork } from "./delegate-work.ts";

/** Every prompt, in the order in which clients see them. */
export const prompts: readonly Prompt[] = [delegateWork, cleanUpFleet];
