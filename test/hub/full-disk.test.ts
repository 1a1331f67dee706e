import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canMount, smallDisk } from "../store/small-disk.ts";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";

/** Takes all the space that is left, to the last byte; the answer gives it back. */
function fillUp(directory: string): () => void {
  const { bavail, bsize } = statfsSync(directory);
  const file = join(directory, "filler");
  for (let size = bavail * bsize; size > 0; size = Math.floor(size / 2)) {
    try {
      writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    } catch {
      // Half as much, until nothing fits any more.
    }
  }
  return () => rmSync(file);
}

async function refused(hub: TestHub): Promise<string> {
  return hub.provision().then(
    () => "accepted",
    (error: unknown) => String(error),
  );
}

describe.skipIf(!canMount)("a hub whose disk is full", () => {
  it(
    "acknowledges nothing, says so, and goes on when there is space again",
    { timeout: 90_000 },
    async () => {
      const { directory } = smallDisk(24 * 1024 * 1024);
      const hub = await startHub({ data: join(directory, "data"), env: { LOG_LEVEL: "trace" } });
      const { name } = await hub.ready();
      const before = await hub.person.call("listOperations", {});
      const release = fillUp(directory);
      // A write-ahead log has some space of its own left to fill.
      await expect.poll(() => refused(hub), { timeout: 20_000, interval: 10 }).not.toBe("accepted");
      for (let time = 0; time < 20; time += 1) {
        expect(await refused(hub)).toMatch(/disk takes no writes.*(Nothing was|free some space)/i);
      }
      const acknowledged = await hub.person.call("listOperations", { limit: 200 });
      const { accepting } = await hub.person.call("status", {});
      expect(accepting).toBe(false);
      // What is there can still be looked at.
      const screen = await hub.person.call("read", { thopter: name, what: "screen" });
      expect(screen.text).toContain("Ready");

      release();
      await expect
        .poll(async () => (await hub.person.call("status", {})).accepting, { timeout: 20_000 })
        .toBe(true);
      const after = await hub.person.call("listOperations", { limit: 200 });
      const ids = ({ items }: typeof after) => items.map(({ id }) => id);
      expect(ids(after)).toEqual(ids(acknowledged));
      expect(ids(after).length).toBeGreaterThanOrEqual(ids(before).length);
      for (const operation of await hub.finished(...ids(after))) {
        expect(operation.status, operation.error?.message).toBe("succeeded");
      }
      await hub.ready();
      await hub.end();
    },
  );
});
