import { shellQuote } from "./shell-quote.ts";

/** What Codex may do without asking, by its own names for its sandboxes. */
export type CodexPermissions = "danger-full-access" | "workspace-write" | "read-only";

export type CodexOptions = {
  /** The path of the file that holds the script of its hooks. */
  hookPath: string;
  /** The clone, links resolved. */
  directory: string;
  permissions: CodexPermissions;
  /** Whether it takes its key from the environment, instead of a login of its home. */
  usesKey: boolean;
  baseUrl: string | undefined;
};

/** What each hook says; what tells more hands over the event itself. */
const said: Record<string, "working" | "idle" | "event"> = {
  SessionStart: "event",
  UserPromptSubmit: "working",
  PostToolUse: "working",
  PermissionRequest: "event",
  Stop: "event",
  Interrupt: "idle",
};

const hookSeconds = 10;
const usualUrl = "https://api.openai.com/v1";

// It reads them by itself only where it trusts the clone, and then its settings and hooks as well.
const readInstructions =
  "Before you begin, read the file AGENTS.md of this repository where there is one, and work as it says.";

/** The options that start Codex so that no dialog parks it, over what its home says. */
export function codexArguments(options: CodexOptions): string[] {
  const { directory, permissions } = options;
  const approval = permissions === "danger-full-access" ? "never" : "on-request";
  return [
    // A server in the background would outlive it.
    "--no-daemon",
    // Its own screen would hide what scrolled away.
    "--no-alt-screen",
    // The hooks of the clone are not read, and those here nobody else wrote.
    "--dangerously-bypass-hook-trust",
    ...["--sandbox", permissions, "--ask-for-approval", approval],
    ...settings({
      ...providerOf(options),
      // Not the repository's settings: they could run programs, or send the login elsewhere.
      projects: `{${word(directory)}={trust_level="untrusted"}}`,
      developer_instructions: word(readInstructions),
      // It would write its environment to a file, the key with it.
      "features.shell_snapshot": "false",
      check_for_update_on_startup: "false",
      "analytics.enabled": "false",
      "tui.show_tooltips": "false",
      "notice.hide_full_access_warning": "true",
      "notice.hide_rate_limit_model_nudge": "true",
      ...hooksOf(options.hookPath),
    }),
  ];
}

function providerOf({ usesKey, baseUrl }: CodexOptions): Record<string, string> {
  if (!usesKey) return baseUrl === undefined ? {} : { openai_base_url: word(baseUrl) };
  const url = word(baseUrl ?? usualUrl);
  return {
    model_provider: word("thopter"),
    // By the name of a variable: a key of the usual provider would have to lie in a file.
    "model_providers.thopter": `{name="OpenAI",base_url=${url},env_key="OPENAI_API_KEY",wire_api="responses"}`,
    // Its commands have no need of it.
    "shell_environment_policy.set.OPENAI_API_KEY": word(""),
  };
}

function hooksOf(hookPath: string): Record<string, string> {
  const hooks = Object.entries(said).map(([event, what]) => {
    const command = word(`sh ${shellQuote(hookPath)} ${what}`);
    const hook = `{type="command",command=${command},timeout=${hookSeconds}}`;
    return [`hooks.${event}`, `[{hooks=[${hook}]}]`];
  });
  return Object.fromEntries(hooks) as Record<string, string>; // Pairs of strings, as made above.
}

function settings(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ["--config", `${name}=${value}`]);
}

/** A basic string of TOML, which JSON's strings are, but for one character. */
function word(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}
