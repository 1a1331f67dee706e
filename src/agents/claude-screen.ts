/** What Claude Code's terminal shows at its foot. */
export type ClaudeScreen = {
  /** What stands where messages are typed; undefined where there is no such place. */
  draft: string | undefined;
  /** Whether it can be interrupted. */
  isWorking: boolean;
  /** Whether a dialog has taken the place of the draft. */
  hasDialog: boolean;
};

const rule = /^\s*─{20}/;
const menuRow = /^\s*❯\s+(?:\d+\.\s)?\S/;
const dialogFoot = /\bEnter to (?:confirm|select|submit)\b|\bEsc to (?:cancel|exit|go back)\b/;
/** The foot has up to this many lines below the draft, and a dialog its keys in the last of them. */
const footLines = 6;

/** Reads the foot of a screen as Claude Code 2 draws it. */
export function readClaudeScreen(text: string): ClaudeScreen {
  const lines = text.split("\n");
  const bottom = lines.findLastIndex((one) => rule.test(one));
  const top = lines.findLastIndex((one, index) => index < bottom && rule.test(one));
  const first = lines[top + 1] ?? "";
  const foot = lines.slice(bottom + 1);
  const isBox = top !== -1 && foot.length <= footLines && /^\s*❯(?:\s|$)/.test(first);
  if (isBox) {
    const typed = lines.slice(top + 1, bottom).map((one) => one.trim());
    const draft = typed.join("\n").replace(/^❯\s*/, "").trim();
    return { draft, isWorking: foot.join("\n").includes("esc to interrupt"), hasDialog: false };
  }
  const end = lines.slice(-footLines).join("\n");
  const hasDialog = dialogFoot.test(end) && lines.some((one) => menuRow.test(one));
  return { draft: undefined, isWorking: end.includes("esc to interrupt"), hasDialog };
}

/** Whether a screen shows a text, however it was wrapped and framed. */
export function screenShows(screen: string, text: string): boolean {
  return bare(screen).includes(bare(text));
}

function bare(text: string): string {
  return text.replaceAll(/[\s│┃─❯]/g, "");
}
