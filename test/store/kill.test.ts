import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "../temp-directory.ts";
import { openStore } from "./open-store.ts";

const fixture = fileURLToPath(new URL("fixtures/commit-for-ever.mjs", import.meta.url));

type Kill = { count: number; delayMs: number };

/** Runs a store that commits without end; kills it so long after so many acknowledgements. */
async function runAndKill(directory: string, { count, delayMs }: Kill): Promise<string[]> {
  const child = spawn(process.execPath, [fixture, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const acknowledged: string[] = [];
  // What it printed before it died is read to the end.
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === count) setTimeout(() => child.kill("SIGKILL"), delayMs);
  }
  await ended;
  expect(acknowledged.length).toBeGreaterThanOrEqual(count);
  return acknowledged;
}

/** Kills at the first commit and later, while it prints, while it writes, and anywhere between. */
const kills: Kill[] = [1, 300, 23, 700, 77, 150, 5, 400, 41, 90, 1, 260].map((count, round) => ({
  count,
  delayMs: round % 7,
}));

function versionsOf(records: readonly { id: string; version: number }[]): Map<string, number> {
  return new Map(records.map(({ id, version }) => [id, version]));
}

describe("a store whose process is killed", () => {
  it("has every acknowledged commit, and none half", async () => {
    const directory = temporaryDirectory();
    const acknowledged = new Map<string, number>();
    for (const kill of kills) {
      for (const line of await runAndKill(directory, kill)) {
        const [id = "", version] = line.split(" ");
        acknowledged.set(id, Number(version));
      }
      const store = await openStore(directory);
      const settings = versionsOf(await store.list("setting"));
      const audits = versionsOf(await store.list("audit"));
      const tombstones = versionsOf(await store.list("tombstone"));
      await store.close();

      // Each commit writes all three records of an id in the same version.
      expect(audits).toEqual(settings);
      expect(tombstones).toEqual(settings);
      const lost = [...acknowledged].filter(([id, version]) => (settings.get(id) ?? 0) < version);
      expect(lost).toEqual([]);
    }
    expect(acknowledged.size).toBeGreaterThan(500);
  }, 180_000);
});
