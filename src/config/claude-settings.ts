import { z } from "zod";
import { webAddress } from "./web-address.ts";

const secret = z.string().min(1);

/** Settings of the agent `claude`. */
export const claudeSettings = {
  ANTHROPIC_API_KEY: secret.optional().describe("the API key that Claude Code works with"),
  CLAUDE_CODE_OAUTH_TOKEN: secret
    .optional()
    .describe('the long-lived token that it works with instead; "claude setup-token" prints one'),
  ANTHROPIC_BASE_URL: webAddress
    .optional()
    .describe("another address of the Messages API than Anthropic's"),
  THOPTER_CLAUDE_PROGRAM: z
    .string()
    .startsWith("/", "give the whole path")
    .optional()
    .describe("where this machine has Claude Code; looked for on PATH when absent"),
  THOPTER_CLAUDE_PERMISSIONS: z
    .enum(["bypassPermissions", "acceptEdits", "default"])
    .optional()
    .describe(
      "what it may do without asking; bypassPermissions where thopters are contained, acceptEdits elsewhere, when absent",
    ),
};

/** Settings that keep a secret. */
export const claudeSecrets = ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"] as const;
