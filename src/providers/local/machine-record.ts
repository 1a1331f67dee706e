import { createHash } from "node:crypto";
import { z } from "zod";
import type { Machine, MachineTags } from "../../core/ports/provider.ts";

const machineRecordSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  tags: z.strictObject({ hub: z.string(), thopter: z.string(), operation: z.string() }),
  createdAt: z.number(),
  stopped: z.boolean(),
  /** The directory of the git repository that the machine may read. */
  gitDirectory: z.string().exactOptional(),
});

/** What `machine.json` holds. */
export type MachineRecord = z.infer<typeof machineRecordSchema>;

/** Throws when the text is not a record. */
export function parseMachineRecord(text: string): MachineRecord {
  return machineRecordSchema.parse(JSON.parse(text));
}

/** The same for the same hub and thopter, so that a second create finds the first one's machine. */
export function machineIdOf({ hub, thopter }: MachineTags): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([hub, thopter]))
    .digest("hex");
  return `local-${digest.slice(0, 16)}`;
}

export function isMachineId(text: string): boolean {
  return /^local-[0-9a-f]{16}$/.test(text);
}

export function machineOf({ id, name, tags, createdAt, stopped }: MachineRecord): Machine {
  return { id, name, tags, createdAt, status: stopped ? "stopped" : "running" };
}
