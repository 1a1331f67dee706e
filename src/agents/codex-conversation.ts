import { posix } from "node:path";
import type { AgentSession } from "../core/ports/agent.ts";

export type CodexConversation = { id: string; path: string };

const mostListed = 64 * 1024;
const idShape = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const listedFile = new RegExp(`^/.+/rollout-[0-9T-]+-(${idShape})\\.jsonl$`);

// An agent may put anything there: only plain files in the home itself count, the newest first.
const listFiles = `
home=$(cd -- "$1" 2>/dev/null && pwd -P) || exit 0
root=$home/.codex/sessions
[ "$(cd -- "$root" 2>/dev/null && pwd -P)" = "$root" ] || exit 0
find "$root" -mindepth 4 -maxdepth 4 -type f -size +0 -name 'rollout-*.jsonl' \\
  -exec ls -dt -- {} + 2>/dev/null | head -c "$2"`;

/**
 * Where Codex keeps a conversation: the one of this id, as its hooks told, else the newest.
 * Undefined where there is none.
 */
export async function findCodexConversation(
  { shell, places }: Pick<AgentSession, "shell" | "places">,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<CodexConversation | undefined> {
  const argv = ["sh", "-c", listFiles, "sh", places.home, String(mostListed)];
  const { stdout } = await shell.run(argv, { timeoutMs: 15_000, signal });
  const files = new TextDecoder().decode(stdout).split("\n").flatMap(conversationAt);
  return files.find(({ id }) => id === wanted) ?? files[0];
}

function conversationAt(path: string): CodexConversation[] {
  const id = listedFile.exec(path)?.[1];
  return id === undefined || posix.normalize(path) !== path ? [] : [{ id, path }];
}
