import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const holderSchema = z.object({
  pid: z.int().positive(),
  startedAt: z.number(),
  url: z.string().exactOptional(),
});

/** The hub that runs on a data directory. */
export type Holder = z.output<typeof holderSchema>;

const fileName = "hub.json";

/** Who said last that it runs on the directory; it may have died since. */
export async function readHolder(directory: string): Promise<Holder | undefined> {
  try {
    const text = await readFile(join(directory, fileName), "utf8");
    return holderSchema.parse(JSON.parse(text));
  } catch {
    // Absent, or of a hub that broke off while it wrote: then nobody knows.
    return undefined;
  }
}

export async function writeHolder(directory: string, holder: Holder): Promise<void> {
  const file = join(directory, fileName);
  await writeFile(`${file}.new`, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function removeHolder(directory: string): Promise<void> {
  await rm(join(directory, fileName), { force: true });
}

export function describeHolder({ pid, startedAt, url }: Holder): string {
  const place = url === undefined ? "" : ` at ${url}`;
  return `the hub with process id ${String(pid)}${place}, started ${new Date(startedAt).toISOString()},`;
}
