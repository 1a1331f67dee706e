import { limits } from "./limits.ts";

export type Surface = "message" | "modal" | "home";

const everywhere: readonly Surface[] = ["message", "modal", "home"];
const messages: readonly Surface[] = ["message"];

/** Which block may stand on which surface, for itself or inside another. */
export const blockSurfaces: Readonly<Record<string, readonly Surface[]>> = {
  actions: everywhere,
  alert: ["modal"],
  call: messages,
  card: everywhere,
  carousel: ["message", "home"],
  container: everywhere,
  context: everywhere,
  context_actions: messages,
  data_table: messages,
  data_visualization: messages,
  divider: everywhere,
  file: messages,
  header: everywhere,
  image: everywhere,
  input: everywhere,
  markdown: messages,
  plan: messages,
  rich_text: everywhere,
  section: everywhere,
  table: ["message", "home"],
  task_card: messages,
  video: everywhere,
};

/** The elements that some surface refuses; the others stand wherever their block does. */
export const elementSurfaces: Readonly<Record<string, readonly Surface[]>> = {
  file_input: ["modal"],
};

export const surfaceWords: Readonly<Record<Surface, string>> = {
  message: "messages",
  modal: "modals",
  home: "home tabs",
};

/** How often blocks may stand in one message or view; those of one row count together. */
export const blockCounts: readonly { types: readonly string[]; max: number }[] = [
  { types: ["table", "data_table"], max: 1 },
  { types: ["data_visualization"], max: limits.charts },
];

/** Blocks that exclude each other in one message. */
export const exclusiveBlocks: readonly (readonly [string, string])[] = [["plan", "task_card"]];
