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
  /** The path of the file that holds `hookScript`. */
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

/**
 * Appends to the spool what a hook says, its event in part and as text, for cut off it is no JSON any
 * more, and when that was, in seconds. The same status twice is one line, so that an agent's day is
 * not a long file. It never fails, for a hook that does would hold the agent up.
 */
export function hookScript(reportsPath: string): string {
  return `reports=${shellQuote(reportsPath)}
{
  if [ "$1" = event ]; then
    line="{\\"event\\":\\"$(head -c 7000 | tr -d '\\000-\\037' | sed 's/\\\\/\\\\\\\\/g; s/"/\\\\"/g')\\",\\"at\\":$(date +%s)}"
  else
    line="{\\"status\\":\\"$1\\"}"
    if [ "$(tail -c 200 "$reports" | tail -n 1)" = "$line" ]; then line=; fi
  fi
  if [ -n "$line" ]; then printf '\\n%s\\n' "$line" >>"$reports"; fi
  cat >/dev/null
} 2>/dev/null
exit 0
`;
}
