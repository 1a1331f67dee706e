import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The name knip and vitest look for is a default export, here alone.
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    pool: "forks",
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes in milliseconds; the limit is for a machine that is busy.
    expect: { poll: { timeout: 30_000 } },
    retry: 0,
    allowOnly: false,
    // Vitest prints the seed at the start: repeat an order with --sequence.seed=<seed>.
    sequence: { shuffle: { files: true, tests: true } },
  },
});
