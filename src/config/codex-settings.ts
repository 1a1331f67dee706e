import { z } from "zod";

/** Settings of the agent `codex`. */
export const codexSettings = {
  OPENAI_API_KEY: z.string().min(1).optional().describe("the API key that Codex works with"),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("another address of the API than OpenAI's"),
};

/** Settings that keep a secret. */
export const codexSecrets = ["OPENAI_API_KEY"] as const;
