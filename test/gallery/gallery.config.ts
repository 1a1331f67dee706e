import { mergeConfig } from "vitest/config";
import project from "../vitest.config.ts";

// Makes the pictures of the messages: npm run gallery.
export default mergeConfig(
  { ...project, test: { ...project.test, include: [] } },
  { test: { include: ["test/gallery/slack-gallery.ts"], testTimeout: 180_000 } },
);
