import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { Operation } from "../src/core/operation.ts";
import type { Row, Scale } from "./row.ts";
import { actor, newId, openEngine, openStore, seedThopters, withDirectory } from "./rig.ts";

const run = promisify(execFile);
const answerSchema = z.object({ restartMs: z.number(), rssMb: z.number(), emptyMb: z.number() });

/** What a hub with a long history costs: in a process of its own, from opening the file to having read all back. */
export async function measureRestart(scale: Scale): Promise<Row> {
  const thopters = scale === "full" ? 10_000 : 500;
  const operations = scale === "full" ? 100_000 : 5000;
  return withDirectory(async (directory) => {
    await seed(directory, thopters, operations);
    const self = fileURLToPath(new URL("restart-child.js", import.meta.url));
    const { stdout } = await run(process.execPath, [self, directory]);
    const { restartMs, rssMb, emptyMb } = answerSchema.parse(JSON.parse(stdout));
    return {
      claim: `restart and memory at ${thopters.toLocaleString("en")} thopters and ${operations.toLocaleString("en")} operations`,
      measured: `${(restartMs / 1000).toFixed(2)} s, ${Math.round(rssMb)} MB`,
      against: `the same process before it opened the file: ${Math.round(emptyMb)} MB`,
      ratio: `${(rssMb / emptyMb).toFixed(2)} x`,
      aim: "< 3 s, < 300 MB",
    };
  });
}

async function seed(
  directory: string,
  thopterCount: number,
  operationCount: number,
): Promise<void> {
  const store = await openStore(directory);
  const thopters = await seedThopters(store, thopterCount);
  for (let from = 0; from < operationCount; from += 1000) {
    const batch = Array.from({ length: Math.min(1000, operationCount - from) }, (_, index) => {
      const thopter = thopters[(from + index) % thopterCount];
      return {
        kind: "operation" as const,
        record: finishedOperation(thopter?.id ?? "", thopter?.name ?? ""),
      };
    });
    await store.commit(batch);
  }
  await store.close();
}

const stepNames = [
  "create-machine",
  "wait-for-shell",
  "clone",
  "write-context",
  "launch-agent",
  "verify-agent",
];

function finishedOperation(thopterId: string, thopterName: string): Operation {
  const now = Date.now();
  return {
    id: newId(),
    version: 1,
    kind: "provision",
    thopterId,
    thopterName,
    ownerId: "bench",
    provider: "local",
    status: "succeeded",
    lane: "setup",
    priority: "normal",
    after: [],
    actor,
    front: "cli",
    force: false,
    attempts: 0,
    steps: stepNames.map((name) => ({
      name,
      status: "succeeded",
      startedAt: now,
      finishedAt: now + 100,
      note: "done",
    })),
    createdAt: now,
    startedAt: now,
    finishedAt: now,
  };
}

/** What the child does: opens the records, reads everything back, and says what that cost. */
export async function restartOnce(directory: string): Promise<void> {
  const emptyMb = process.memoryUsage().rss / 1e6;
  const began = performance.now();
  const store = await openStore(directory);
  const engine = await openEngine(store, []);
  await engine.status();
  const restartMs = performance.now() - began;
  const rssMb = process.memoryUsage().rss / 1e6;
  process.stdout.write(JSON.stringify({ restartMs, rssMb, emptyMb }));
  await store.close();
}
