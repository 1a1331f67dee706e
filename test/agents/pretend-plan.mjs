// Plays Claude Code 2 as far as its question goes whether to plan first, with a menu without numbers.
import { appendFileSync, writeFileSync } from "node:fs";

const rows = ["Yes, enter plan mode", "No, start implementing now"];
let at = Number(process.argv[2]);

function draw(lines) {
  process.stdout.write(`\u001b[2J\u001b[H${lines.join("\r\n")}`);
}

function show() {
  const menu = rows.map((row, place) => ` ${place === at ? "❯" : " "} ${row}`);
  const words =
    " Claude wants to enter plan mode to explore and design an implementation approach.";
  draw(["─".repeat(40), " Enter plan mode?", "", words, "", ...menu]);
}

function end(answer) {
  writeFileSync("heard", answer);
  const rule = "─".repeat(40);
  draw([rule, "❯ ", rule, "  ready"]);
  process.stdin.removeAllListeners("data");
}

process.stdin.setRawMode(true);
process.stdin.setEncoding("utf8").on("data", (typed) => {
  if (typed === "\r") return end(rows[at]);
  if (typed === "\u001b") return end(rows[1]);
  if (typed.length === 3 && "AB".includes(typed[2])) at = 1 - at;
  show();
});
const event = JSON.stringify({
  hook_event_name: "PermissionRequest",
  tool_name: "EnterPlanMode",
  tool_input: {},
});
appendFileSync(process.env.THOPTER_REPORTS, `{"status":"working"}\n${JSON.stringify({ event })}\n`);
show();
