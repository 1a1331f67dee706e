import { mergeConfig } from "vitest/config";
import project from "../vitest.config.ts";

// Records the terminal session that the README shows: npm run recording.
export default mergeConfig(
  {
    ...project,
    test: {
      ...project.test,
      include: [],
      globalSetup: ["test/agents-real/install-claude.ts", "test/global-setup.ts"],
    },
  },
  { test: { include: ["test/recording/session.ts"], testTimeout: 240_000 } },
);
