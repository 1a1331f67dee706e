/** Small durable facts of the hub itself, by name: its id, which lanes are paused. */
export type Setting = { id: string; version: number; value: string };
