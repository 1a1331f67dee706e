import { readFileSync } from "node:fs";
import { z } from "zod";

/** The version in package.json, from the source and from `dist` alike. */
export function readVersion(): string {
  const here = new URL(".", import.meta.url);
  const root = here.pathname.endsWith("/dist/src/") ? "../../package.json" : "../package.json";
  const text = readFileSync(new URL(root, here), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
