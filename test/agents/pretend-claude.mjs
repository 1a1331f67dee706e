// Plays Claude Code 2 as far as a dialog of questions goes: reports it as a hook does, draws it, and
// notes what was submitted in the file "heard". `stray` is how it strays from what the real one does.
import { appendFileSync, writeFileSync } from "node:fs";

const { questions, stray } = JSON.parse(process.argv[2] ?? "");
const rule = "─".repeat(60);
const answers = questions.map(() => ({ ticked: new Set(), own: "" }));
let [tab, at] = [0, 0];
/** The tabs that have lost their first key, where keys are lost right after a tab is drawn. */
const begun = new Set();

function textOf({ options }, index) {
  const { ticked, own } = answers[index];
  const chosen = options.map(({ label }) => label).filter((_, place) => ticked.has(place));
  return [...chosen, ...(own === "" ? [] : [own])].join(", ");
}

function rows() {
  const { options, multiSelect } = questions[tab];
  const { ticked, own } = answers[tab];
  const labels = [...options.map(({ label }) => label), own === "" ? "Type something" : own];
  const numbered = labels.map((label, place) => {
    const box = multiSelect ? `[${ticked.has(place) ? "✔" : " "}] ` : "";
    return `${place + 1}. ${box}${label}`;
  });
  const on = tab + 1 < questions.length ? "   Next" : "   Submit";
  return multiSelect ? [...numbered, on] : numbered;
}

function draw(lines) {
  process.stdout.write(`\u001b[2J\u001b[H${lines.join("\r\n")}`);
}

function show() {
  if (tab === questions.length) {
    const missing = stray === "missing" ? ["⚠ Some questions are unanswered"] : [];
    const all = questions.flatMap((one, index) => [
      ` ● ${one.question}`,
      `   → ${textOf(one, index)}`,
    ]);
    const menu = ["", "❯ 1. Submit answers", "  2. Cancel"];
    return draw([
      rule,
      "←  ☒ Pick  ✔ Submit  →",
      "",
      "Review your answers",
      "",
      ...missing,
      ...all,
      ...menu,
    ]);
  }
  const shown = stray === "other" ? "Which planet?" : questions[tab].question;
  const menu = rows().map((row, place) => `${place === at ? "❯" : " "} ${row}`);
  const foot = [rule, "  9. Chat about this", "", "Enter to select · Esc to cancel"];
  draw([rule, "←  ☐ Pick  ✔ Submit  →", "", shown, "", ...menu, ...foot]);
}

function goOn() {
  [tab, at] = [tab + 1, 0];
}

function submit() {
  const said = questions.map((one, index) => `${textOf(one, index)}\n`).join("");
  writeFileSync("heard", said);
  draw([rule, "❯ ", rule, "  ready"]);
  process.stdin.removeAllListeners("data");
  appendFileSync(process.env.THOPTER_REPORTS, '{"status":"idle"}\n');
}

function hearKey(key) {
  const { options, multiSelect } = questions[tab];
  const { ticked } = answers[tab];
  const last = options.length;
  if (key === "\u001b[B" || key === "\u001bOB") at += 1;
  else if (/^[1-9]$/.test(key) && Number(key) <= last + 1) {
    const place = Number(key) - 1;
    if (multiSelect && stray === "deaf" && place === 0) return;
    if (multiSelect && !ticked.delete(place)) ticked.add(place);
    else if (!multiSelect && place < last) {
      ticked.clear();
      ticked.add(place);
      goOn();
    }
    if (place === last) at = place;
  } else if (key === "\r") goOn();
}

process.stdin.setRawMode(true);
process.stdin.setEncoding("utf8").on("data", (typed) => {
  if (stray === "late" && !begun.has(tab)) return void begun.add(tab);
  const isPaste = typed.startsWith("\u001b[200~");
  const pasted = isPaste ? typed.slice(6, -6) : undefined;
  if (tab === questions.length) {
    if (typed === "1") return submit();
  } else if (pasted !== undefined || typed.length > 3) answers[tab].own += pasted ?? typed;
  else hearKey(typed);
  show();
});
const event = JSON.stringify({
  hook_event_name: "PermissionRequest",
  tool_name: "AskUserQuestion",
  tool_input: { questions },
});
appendFileSync(process.env.THOPTER_REPORTS, `{"status":"working"}\n${JSON.stringify({ event })}\n`);
process.stdout.write("\u001b[?2004h");
show();
