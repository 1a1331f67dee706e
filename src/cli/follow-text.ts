import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../core/errors.ts";
import type { ThopterView } from "../core/ports/fleet.ts";
import type { Reading } from "../core/ports/reading.ts";
import { standingOf } from "../core/words.ts";
import type { CommandContext } from "./command.ts";
import type { HubClient } from "./hub-client.ts";
import { cutTo, safe } from "./shown-text.ts";
import type { Terminal } from "./terminal.ts";

/** Between two looks, in milliseconds: the shorter after a change, then ever longer. */
const soonestMs = 1000;
const latestMs = 5000;
/** By so many characters the end of what was shown is found again, once the hub has cut off its start. */
const overlap = 2000;

type Look = { thopter: ThopterView; text: string };
/** Shows what is new; answers whether anything was, and whether nothing more will come. */
type OnLook = (look: Look) => { hasChanged: boolean; isOver: boolean };

/** Shows the output of a setup script as it grows, until the thopter's provision is over. */
export async function followLog(
  context: CommandContext,
  client: HubClient,
  thopter: string,
): Promise<void> {
  const { terminal } = context;
  let shown = "";
  await lookOften(context, { client, thopter, what: "log" }, ({ thopter: { status }, text }) => {
    const isOver = status !== "requested" && status !== "provisioning";
    // A line that is not whole yet waits for its end.
    const whole = isOver ? text : text.slice(0, text.lastIndexOf("\n") + 1);
    const added = addedTo(shown, whole);
    if (added !== "") terminal.print(added.replace(/\n$/, ""));
    if (isOver && shown === "" && whole === "")
      terminal.note("There is no log: no setup script has run.");
    shown = whole;
    return { hasChanged: added !== "", isOver };
  });
}

/** Shows an agent's conversation as it grows, until its thopter is gone. */
export async function followTranscript(
  context: CommandContext,
  client: HubClient,
  thopter: string,
): Promise<void> {
  const { terminal } = context;
  let shown = "";
  await lookOften(context, { client, thopter, what: "transcript" }, ({ thopter: view, text }) => {
    const isOver = view.status === "gone" || view.status === "failed";
    // What is gone has nothing left to read.
    const added = text === "" ? "" : addedTo(shown, text);
    if (added !== "") terminal.print(added.replace(/\n$/, ""));
    if (text !== "") shown = text;
    return { hasChanged: added !== "", isOver };
  });
}

/** What has come since; of a longer text the hub shows the end. */
function addedTo(shown: string, now: string): string {
  if (now.startsWith(shown)) return now.slice(shown.length);
  const end = shown.slice(-overlap);
  const at = now.indexOf(end);
  return at < 0 ? now : now.slice(at + end.length);
}

/** Shows a thopter's terminal as it changes, until it is gone: in place at a terminal, one below the other elsewhere. */
export async function followScreen(
  context: CommandContext,
  client: HubClient,
  thopter: string,
): Promise<void> {
  const { terminal } = context;
  const draw = terminal.isLive
    ? (await import("log-update")).createLogUpdate(terminal.drawing)
    : undefined;
  let shown = "";
  const finish = (): void => draw?.done();
  context.signal.addEventListener("abort", finish, { once: true });
  await lookOften(context, { client, thopter, what: "screen" }, ({ thopter: view, text }) => {
    const isOver = view.status === "gone" || view.status === "failed";
    const lines = [`${view.name}: ${standingOf(view)}`, ...text.trimEnd().split("\n")];
    const picture = lines.join("\n");
    const hasChanged = picture !== shown;
    if (hasChanged)
      (draw ?? terminal.print)(draw === undefined ? `${picture}\n` : fitting(lines, terminal));
    shown = picture;
    return { hasChanged, isOver };
  });
  finish();
}

/** The head and as many of the last lines as there is room for. */
function fitting([head = "", ...lines]: readonly string[], terminal: Terminal): string {
  const room = Math.max(1, terminal.height - 3);
  const shown = lines.slice(-room).map((line) => cutTo(line, terminal.width - 1));
  return [terminal.style("dim", head), ...shown].join("\n");
}

type Followed = { client: HubClient; thopter: string; what: Reading };

async function lookOften(
  { signal }: CommandContext,
  followed: Followed,
  onLook: OnLook,
): Promise<void> {
  let { thopter } = followed;
  let waitMs = soonestMs;
  for (;;) {
    const found = await look({ ...followed, thopter }, signal);
    const { hasChanged, isOver } = onLook(found);
    if (isOver) return;
    // By now it may have another name.
    thopter = found.thopter.id;
    waitMs = hasChanged ? soonestMs : Math.min(latestMs, waitMs * 1.5);
    await pause(waitMs, undefined, { signal });
  }
}

/** Its state and then its text: what is over when it is asked for has all its text. */
async function look(followed: Followed, signal: AbortSignal): Promise<Look> {
  const { client, what } = followed;
  const thopter = await stateOf(followed, signal);
  try {
    const { text } = await client.call("read", { thopter: thopter.id, what }, signal);
    return { thopter, text: safe(text) };
  } catch (error) {
    if (!isNothingThere(error)) throw error;
    // It may have been destroyed between the two.
    const now = thopter.status === "ready" ? await stateOf(followed, signal) : thopter;
    if (now.status === "ready") throw error;
    return { thopter: now, text: "" };
  }
}

async function stateOf({ client, thopter }: Followed, signal: AbortSignal): Promise<ThopterView> {
  const request = { thopters: [thopter], until: "ready", mode: "all", timeoutMs: 0 } as const;
  const [view] = (await client.call("waitForThopters", request, signal)).thopters;
  if (view !== undefined) return view;
  throw new UserError(`Cannot find "${thopter}". "thopter list" shows what there is.`, {
    code: "not_found",
  });
}

/** Whether it has no machine yet, or no longer, or one that does not answer yet. */
function isNothingThere(error: unknown): boolean {
  return (
    error instanceof UserError && ["conflict", "not_found", "unavailable"].includes(error.code)
  );
}
