import type { KnownBlock } from "@slack/types";

/** A message as people see it: blocks, and the text for notifications and for where blocks cannot be shown. */
export type Message = { text: string; blocks?: KnownBlock[] };
