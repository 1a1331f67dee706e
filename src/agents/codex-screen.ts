/** What Codex's terminal shows at its foot. */
export type CodexScreen = {
  /** What stands where messages are typed, a hint where nothing does; undefined where there is no such place. */
  draft: string | undefined;
  /** Whether it can be interrupted. */
  isWorking: boolean;
  /** Whether a dialog has taken the place of the draft. */
  hasDialog: boolean;
  /** Whether that dialog is about the folder, and opens it without its settings when confirmed. */
  asksFolder: boolean;
  /** Whether it shows anything that was said. */
  hasTalked: boolean;
  /** What it says of a usage limit, where that is the last it said. */
  limit?: string;
};

const prompt = /^›(?:\s|$)/;
const menuRow = /^\s*›\s+\d+\.\s/;
const dialogFoot = /\benter\b.*\besc\b|\besc (?:back|dismiss|to (?:cancel|close|go back))\b/i;
const folderRow = /^\s*›\s+1\. Open (?:restricted|existing task)\s*$/m;
const limitWords = /\b(?:usage|rate) limit\b|\bquota exceeded\b/i;
/** Below the draft are up to this many lines. */
const footLines = 4;
/** What it does stands within this many lines above the draft. */
const statusLines = 12;

/** Reads the foot of a screen as Codex draws it. */
export function readCodexScreen(text: string): CodexScreen {
  const lines = text.trimEnd().split("\n");
  const gap = lines.findLastIndex((one) => one.trim() === "");
  const foot = lines.slice(gap + 1);
  const hasDialog = dialogFoot.test(lines.at(-1) ?? "") && lines.some((one) => menuRow.test(one));
  if (hasDialog) {
    const asksFolder = /^\s*Folder access\s*$/m.test(text) && folderRow.test(text);
    return { draft: undefined, isWorking: false, hasDialog, asksFolder, hasTalked: false };
  }
  const start = lines.findLastIndex((one, index) => index < gap && prompt.test(one));
  const above = lines.slice(0, Math.max(0, start));
  const hasTalked = above.some((one) => /^[›•]\s/.test(one));
  const isWorking = isWorkingAbove(lines, start);
  const seen = { isWorking, hasDialog, asksFolder: false, hasTalked };
  if (start === -1 || foot.length > footLines) return { draft: undefined, ...seen };
  const limit = limitAbove(above);
  const draft = lines.slice(start, gap).join("\n").replace(/^›\s*/, "").trim();
  return { draft, ...seen, ...(limit !== undefined && { limit }) };
}

function isWorkingAbove(lines: readonly string[], start: number): boolean {
  const end = start === -1 ? lines.length : start;
  const above = lines.slice(Math.max(0, end - statusLines), end);
  return above.some((one) => /^\s*\S.*\besc to interrupt\)/.test(one));
}

function limitAbove(lines: readonly string[]): string | undefined {
  // Each thing that was said begins with one of these.
  const last = lines.findLastIndex((one) => /^[›•■✗✔⚠]/.test(one));
  const first = lines[last];
  if (first === undefined || !first.startsWith("■")) return undefined;
  const rest = lines.slice(last);
  const end = rest.findIndex((one) => one.trim() === "");
  const said = rest.slice(0, end === -1 ? rest.length : end).join(" ");
  return limitWords.test(said) ? said.replace("■", "").replaceAll(/\s+/g, " ").trim() : undefined;
}
