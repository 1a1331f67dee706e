/** What the rendering of a block needs besides the block. */
export type Context = {
  /** Buttons and fields can be used, and carry the ids that an interaction names. */
  interactive: boolean;
  /** What users and channels are called, by their ids. */
  names: Readonly<Record<string, string>>;
  blockId: string;
  /** How many containers are around. */
  depth: number;
};

export function nameOf(context: Context, id: string): string {
  return (Object.hasOwn(context.names, id) ? context.names[id] : undefined) ?? id;
}
