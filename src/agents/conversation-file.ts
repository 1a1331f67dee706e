import { posix } from "node:path";
import type { AgentSession } from "../core/ports/agent.ts";

/** Where an agent keeps its conversations, each in a file that is named for its id. */
export type ConversationPlace = {
  /** Below the home. */
  directory: string;
  /** How many levels below that directory the files are. */
  depth: number;
  /** The names of the files, for find; and the id in such a name. */
  glob: string;
  pattern: RegExp;
};

export type ConversationFile = { id: string; path: string };

const mostListed = 64 * 1024;

/** Whether a text may be the name of a conversation. */
export function isConversationId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

// An agent may put anything there: only plain files in the home itself count, the newest first.
const listFiles = `
home=$(cd -- "$1" 2>/dev/null && pwd -P) || exit 0
root=$home/$2
[ "$(cd -- "$root" 2>/dev/null && pwd -P)" = "$root" ] || exit 0
find "$root" -mindepth "$3" -maxdepth "$3" -type f -size +0 -name "$4" \\
  -exec ls -dt -- {} + 2>/dev/null | head -c "$5"`;

/** The file of the conversation of this id, else of the newest. Undefined where there is none. */
export async function findConversation(
  { shell, places }: Pick<AgentSession, "shell" | "places">,
  { place, wanted }: { place: ConversationPlace; wanted: string | undefined },
  signal: AbortSignal,
): Promise<ConversationFile | undefined> {
  const { directory, depth, glob, pattern } = place;
  const args = [places.home, directory, String(depth), glob, String(mostListed)];
  const { stdout } = await shell.run(["sh", "-c", listFiles, "sh", ...args], {
    timeoutMs: 15_000,
    signal,
  });
  const paths = new TextDecoder().decode(stdout).split("\n");
  const files = paths.flatMap((path): ConversationFile[] => {
    const id = pattern.exec(posix.basename(path))?.[1] ?? "";
    const isPlain = /^\/.+\//.test(path) && posix.normalize(path) === path;
    return isPlain && isConversationId(id) ? [{ id, path }] : [];
  });
  return files.find(({ id }) => id === wanted) ?? files[0];
}
