import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Real agents, installed from npm: slow, and not a part of `npm test`.
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["test/agents-real/**/*.real.ts"],
    globalSetup: [
      "test/agents-real/install-claude.ts",
      "test/agents-real/install-codex.ts",
      "test/global-setup.ts",
    ],
    pool: "forks",
    // Most of the time all wait for something.
    maxWorkers: 3,
    testTimeout: 240_000,
    hookTimeout: 60_000,
    allowOnly: false,
  },
});
