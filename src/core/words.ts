import type { Unsaved } from "./plan.ts";
import type { OperationView, ThopterView } from "./ports/fleet.ts";
import type { WorkSummary } from "./ports/git.ts";

/** A span of time as people say it: "45 s", "12 min", "3 h", "2 d". */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 100) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`;
}

/** An address of a repository as people say it: `owner/name` for one on GitHub. */
export function repositoryWords(address: string): string {
  const [, short] =
    /^(?:https:\/\/github\.com\/|git@github\.com:)(.+?)(?:\.git)?$/.exec(address) ?? [];
  return short ?? address;
}

type Standing = Pick<ThopterView, "status" | "agentState"> &
  Partial<Pick<ThopterView, "createdAt" | "ageMs">>;

/** What a thopter does now, in a few words; how long its agent's limit lasts, where its age says what time it is. */
export function standingOf(thopter: Standing): string {
  const { status, agentState, createdAt, ageMs } = thopter;
  if (status !== "ready" || agentState === undefined) return status;
  const { resetsAt } = agentState;
  if (agentState.status === "limited" && resetsAt !== undefined) {
    if (createdAt === undefined || ageMs === undefined) return "limited";
    const leftMs = resetsAt - createdAt - ageMs;
    return leftMs > 0 ? `limited for ${span(leftMs)} more` : "limited (should be over)";
  }
  return agentState.exitCode === undefined || agentState.exitCode === 0
    ? agentState.status
    : `${agentState.status} (exit ${agentState.exitCode})`;
}

/** What an operation does now, or why it waits or failed. */
export function operationWords(operation: OperationView): string {
  if (operation.status === "queued") return operation.explanation;
  if (operation.error !== undefined && operation.status === "failed")
    return operation.error.message;
  if (operation.status !== "running") return operation.status;
  return runningWords(operation);
}

/** The steps that run now, with what one of them says of itself. */
function runningWords({ steps, progress, status }: OperationView): string {
  const running = steps.filter((step) => step.status === "running").map(({ name }) => name);
  if (running.length === 0) return status;
  const speaker = running.find((name) => progress?.startsWith(`${name}: `) === true);
  if (speaker === undefined || progress === undefined) return running.join(" + ");
  const others = running.filter((name) => name !== speaker);
  return [progress, ...others].join(" + ");
}

/** What exists nowhere else, in words: "2 commits, 1 file". */
export function unsavedWords(unsaved: Unsaved): string {
  if (unsaved.state === "no") return "none";
  if (unsaved.state === "unknown") return "unknown";
  return [counted(unsaved.commits, "commit"), counted(unsaved.files, "file")]
    .filter((part) => part !== "")
    .join(", ");
}

function counted(number: number, noun: string): string {
  if (number === 0) return "";
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The state of a clone: "1 commit, 0 uncommitted files, 3 files changed". */
export function workWords({ commitsAhead, uncommittedFiles, diffstat }: WorkSummary): string {
  const commits = commitsAhead === 1 ? "1 commit" : `${commitsAhead} commits`;
  const files =
    uncommittedFiles === 1 ? "1 uncommitted file" : `${uncommittedFiles} uncommitted files`;
  return [commits, files, diffstat].filter((part) => part !== "").join(", ");
}

const times: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a time such as "90s", "15m", "8h" or "2d", in milliseconds; undefined when it is none. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text.trim());
  const unit = times[match?.[2] ?? ""];
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
}
