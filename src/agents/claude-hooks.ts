import { shellQuote } from "./shell-quote.ts";

/** What Claude Code may do without asking, by its own names. */
export type ClaudePermissions = "bypassPermissions" | "acceptEdits" | "default";

/**
 * What each hook says. Before a tool runs nothing is new; after it, its question is answered. What
 * tells more hands over the event itself.
 */
const said: Record<string, "working" | "event"> = {
  SessionStart: "event",
  UserPromptSubmit: "working",
  PostToolUse: "working",
  PostToolUseFailure: "working",
  PermissionRequest: "event",
  Stop: "event",
  StopFailure: "event",
};

const hookSeconds = 10;

/** The settings that a session is started with, over those of the machine's user. */
export function claudeSettings(request: {
  /** The path of the file that holds the script of its hooks. */
  hookPath: string;
  permissions: ClaudePermissions;
}): string {
  const hooks = Object.entries(said).map(([event, what]) => {
    const command = `sh ${shellQuote(request.hookPath)} ${what}`;
    return [event, [{ hooks: [{ type: "command", command, timeout: hookSeconds }] }]];
  });
  return JSON.stringify({
    permissions: { defaultMode: request.permissions },
    // What is suggested stands where a message is typed, and Enter would send it.
    promptSuggestionEnabled: false,
    skipDangerousModePermissionPrompt: true,
    disableAllHooks: false,
    hooks: Object.fromEntries(hooks) as unknown,
  });
}
