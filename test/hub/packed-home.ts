import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "tar";
import { temporaryDirectory } from "../temp-directory.ts";

/** A home with these files at its top, as a command line packs it. */
export async function packedHome(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const cwd = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const chunks: Buffer[] = [];
  const names = Object.keys(files).map((name) => `./${name}`);
  for await (const chunk of create({ cwd, gzip: true, portable: true }, names)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
