import type { Blocker } from "./blocker.ts";
import { laneNames } from "./operation.ts";

/** Why an operation waits, in words for people and agents. */
export function explainBlockers(blockers: readonly Blocker[], ahead: number, now: number): string {
  if (blockers.length === 0) return "It starts now.";
  const reasons = blockers.map((blocker) => wordsFor(blocker, ahead, now));
  return `It waits: ${reasons.join("; ")}.`;
}

function wordsFor(blocker: Blocker, ahead: number, now: number): string {
  switch (blocker.kind) {
    case "storage":
      return "the hub cannot write to its disk";
    case "draining":
      return "the hub is stopping and starts nothing new";
    case "paused":
      return `the ${laneNames[blocker.lane]} is paused`;
    case "backoff":
      return `the next attempt is in ${inSeconds(blocker.until - now)}`;
    case "after":
      return `${count(blocker.operationIds.length, "operation")} must finish first (${blocker.operationIds.slice(0, 3).join(", ")})`;
    case "breaker":
      return breakerWords(blocker, now);
    case "lane-full":
      return `the ${laneNames[blocker.lane]} runs ${blocker.running} of ${blocker.limit}`;
    case "destroys-first":
      return `destroys go first: ${blocker.running} running, ${blocker.ready} ready; one provision starts anyway in ${inSeconds(blocker.startsAnywayAt - now)}`;
    case "capacity":
      return `the fleet is full: ${blocker.used} of ${blocker.limit} thopters`;
    case "quota":
      return `its owner has ${blocker.used} of ${blocker.limit} thopters`;
    case "queue":
      return `${count(ahead, "operation")} of the ${laneNames[blocker.lane]} ${ahead === 1 ? "is" : "are"} ahead`;
  }
}

function breakerWords(blocker: Blocker & { kind: "breaker" }, now: number): string {
  if (blocker.until === undefined) {
    return `provider "${blocker.provider}" kept failing and one operation tries it now`;
  }
  return `provider "${blocker.provider}" kept failing; the next try is in ${inSeconds(blocker.until - now)}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function inSeconds(ms: number): string {
  return `${Math.max(0, Math.ceil(ms / 1000))} s`;
}
