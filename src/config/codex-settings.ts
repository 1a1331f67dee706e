import { z } from "zod";
import { webAddress } from "./web-address.ts";

/** Settings of the agent `codex`. */
export const codexSettings = {
  OPENAI_API_KEY: z.string().min(1).optional().describe("the API key that Codex works with"),
  OPENAI_BASE_URL: webAddress
    .optional()
    .describe("another address of the Responses API than OpenAI's, such as https://host/v1"),
  THOPTER_CODEX_PROGRAM: z
    .string()
    .startsWith("/", "give the whole path")
    .optional()
    .describe("where this machine has Codex; looked for on PATH when absent"),
  THOPTER_CODEX_PERMISSIONS: z
    .enum(["danger-full-access", "workspace-write", "read-only"])
    .optional()
    .describe(
      "what it may do without asking; danger-full-access where thopters are contained, workspace-write elsewhere, when absent",
    ),
};

/** Settings that keep a secret. */
export const codexSecrets = ["OPENAI_API_KEY"] as const;
