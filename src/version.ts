import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

const packageSchema = z.object({ version: z.string() });

/** The version in package.json, from the source and from wherever it was compiled to. */
export function readVersion(): string {
  let file = new URL("package.json", import.meta.url);
  while (!existsSync(file) && file.pathname !== "/package.json") {
    file = new URL("../package.json", file);
  }
  return packageSchema.parse(JSON.parse(readFileSync(file, "utf8"))).version;
}
