import type { RenderBlocks } from "../options.ts";

const entities: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};

/** Blocks as they were sent, for where nobody draws them. */
export const plainBlocks: RenderBlocks = (blocks) => {
  const text = JSON.stringify(blocks, null, 2);
  return `<pre>${text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "")}</pre>`;
};
