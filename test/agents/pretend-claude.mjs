// Plays Claude Code 2 as far as a dialog of questions goes: reports it as a hook does, draws it, and
// notes what was submitted in the file "heard". `stray` is how it strays from what the real one does.
import { appendFileSync, writeFileSync } from "node:fs";

const { questions, stray } = JSON.parse(process.argv[2] ?? "");
const rule = "─".repeat(40);
const answers = questions.map(() => ({ ticked: new Set(), own: "" }));
let [tab, at] = [0, 0];
/** The tabs that have lost their first key, where keys are lost right after a tab is drawn. */
const begun = new Set();

function textOf({ options, multiSelect }, index) {
  const { ticked, own } = answers[index];
  const chosen = options.map(({ label }) => label).filter((_, place) => ticked.has(place));
  const isOwn = own !== "" && (!multiSelect || ticked.has(options.length));
  return [...chosen, ...(isOwn ? [own] : [])].join(", ");
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

/** What there is no room for is cut off, as the real one does: at the top. */
function draw(lines) {
  const { columns, rows: height } = process.stdout;
  const wrapped = lines.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, "gu")) ?? [""]);
  process.stdout.write(`\u001b[2J\u001b[H${wrapped.slice(-height).join("\r\n")}`);
}

function tabBar() {
  if (stray === "other") return "←  ☐ Planet  ☐ Moon  ✔ Submit  →";
  return `←  ${questions.map(({ header = "Pick" }) => `☐ ${header}`).join("  ")}  ✔ Submit  →`;
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
      tabBar().replaceAll("☐", "☒"),
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
  draw([rule, tabBar(), "", shown, "", ...menu, ...foot]);
}

function goTo(next) {
  [tab, at] = [next, 0];
}

function submit() {
  const said = questions.map((one, index) => `${textOf(one, index)}\n`).join("");
  writeFileSync("heard", said);
  draw([rule, "❯ ", rule, "  ready"]);
  process.stdin.removeAllListeners("data");
  appendFileSync(process.env.THOPTER_REPORTS, '{"status":"idle"}\n');
}

const arrows = new Map(["Up", "Down", "Right", "Left"].map((name, index) => ["ABCD"[index], name]));

/** A row of text keeps all keys but those that leave it. */
function hearText(typed) {
  const { multiSelect, options } = questions[tab];
  const answer = answers[tab];
  if (typed === "\u0015") answer.own = "";
  else if (typed === "\u007f") answer.own = answer.own.slice(0, -1);
  else if (typed >= " ") answer.own += typed;
  if (multiSelect && answer.own !== "") answer.ticked.add(options.length);
  else if (multiSelect) answer.ticked.delete(options.length);
}

function hearDigit(place) {
  const { options, multiSelect } = questions[tab];
  const { ticked, own } = answers[tab];
  if (multiSelect && stray === "deaf" && place === 0) return;
  if (multiSelect) {
    if (!ticked.delete(place)) ticked.add(place);
  } else if (place === options.length && own === "") at = place;
  else {
    ticked.clear();
    if (place < options.length) ticked.add(place);
    goTo(tab + 1);
  }
}

function hearKey(key, arrow) {
  const last = questions[tab].options.length;
  if (arrow === "Down") at = Math.min(at + 1, rows().length - 1);
  else if (arrow === "Up") at = Math.max(at - 1, 0);
  else if (key === "\r") goTo(tab + 1);
  else if (at === last) hearText(key);
  else if (arrow === "Right") goTo(tab + 1);
  else if (arrow === "Left") goTo(Math.max(tab - 1, 0));
  else if (/^[1-9]$/.test(key) && Number(key) <= last + 1) hearDigit(Number(key) - 1);
}

/** Several keys may come at once: a paste is one, and so is an arrow. */
function* keysIn(typed) {
  if (typed.startsWith("\u001b[200~")) return yield typed;
  for (let place = 0; place < typed.length;) {
    const length = typed[place] === "\u001b" ? 3 : 1;
    yield typed.slice(place, place + length);
    place += length;
  }
}

function hear(key) {
  const arrow = key.length === 3 ? arrows.get(key[2]) : undefined;
  if (tab === questions.length) {
    if (arrow === "Left") goTo(tab - 1);
    return key === "1";
  }
  if (key.length <= 3) hearKey(key, arrow);
  else if (at === questions[tab].options.length) hearText(key.slice(6, -6));
  return false;
}

process.stdin.setRawMode(true);
process.stdin.setEncoding("utf8").on("data", (typed) => {
  if (stray === "late" && !begun.has(tab)) return void begun.add(tab);
  for (const key of keysIn(typed)) if (hear(key)) return submit();
  show();
});
process.stdout.on("resize", show);
const event = JSON.stringify({
  hook_event_name: "PermissionRequest",
  tool_name: "AskUserQuestion",
  tool_input: { questions },
});
appendFileSync(process.env.THOPTER_REPORTS, `{"status":"working"}\n${JSON.stringify({ event })}\n`);
process.stdout.write("\u001b[?2004h");
show();
