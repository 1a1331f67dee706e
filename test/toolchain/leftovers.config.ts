import { mergeConfig } from "vitest/config";
import project from "../vitest.config.ts";

// The project's own run, with a test that leaves a process and a file.
export default mergeConfig(
  { ...project, test: { ...project.test, include: [] } },
  { test: { include: ["test/toolchain/leaves-something.ts"] } },
);
