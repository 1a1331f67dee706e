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
const dialogFoot =
  /\bEnter to (?:confirm|select|submit)\b|\bEsc to (?:cancel|exit|go back)\b|^\s*(?:ctrl\+g to edit in|shift\+tab to approve) |^[\s❯]*\d\. (?:Cancel$|No\b.*\(esc\)$)|^[\s❯]*No, start implementing now$/m;
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

/** A row of a menu: its number where it has one, and whether the cursor is on it. */
export type MenuRow = { number?: string; label: string; isAt: boolean; isTicked: boolean };

const menuLine = /^\s*(❯)?\s*(?:([1-9])\.\s+)?(?:\[(.)\]\s*)?(\S.*)$/;
/** A line above a menu: of the dialog, or of the file that it shows. */
const above = /^\s*[─╌]{20}/;
/** The tabs of a dialog of questions: what follows is the one that is open. */
const tabs = /^[\s←]*[☐☒]\s/;

/** The rows of the menu at the foot of a screen: below the last rule or, in a dialog of questions, its tabs. */
export function readMenu(text: string, below: "rule" | "tabs"): MenuRow[] {
  const lines = text.split("\n");
  const mark = below === "rule" ? above : tabs;
  const start = lines.findLastIndex((one) => mark.test(one)) + 1;
  return (start === 0 ? [] : lines.slice(start)).flatMap((line) => {
    const [, cursor, number, tick = " ", label = ""] = menuLine.exec(line) ?? [];
    if (label === "" || (number === undefined && cursor === undefined)) return [];
    const row = { label: label.trim(), isAt: cursor !== undefined, isTicked: tick !== " " };
    return [{ ...row, ...(number !== undefined && { number }) }];
  });
}
