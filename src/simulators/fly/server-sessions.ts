import { readdirSync, readFileSync } from "node:fs";
import { systemCodeOf } from "../../core/system-error.ts";

type Process = { pid: number; parent: number; name: string };

/** The processes that serve one connection each, below a sandbox's first process. */
export function sessionsBelow(root: number): number[] {
  const all = readdirSync("/proc").flatMap((entry) => {
    const pid = Number(entry);
    const found = Number.isInteger(pid) ? read(pid) : undefined;
    return found === undefined ? [] : [found];
  });
  const below = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  const servers = below(root).filter(({ name }) => name === "sshd");
  const [listener] = servers;
  // The first one listens; those below it talk.
  return servers.filter(({ pid }) => pid !== listener?.pid).map(({ pid }) => pid);
}

/** Undefined for a process that has ended meanwhile. */
function read(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    const [, name = "", parent = "0"] = /\((.*)\) \S (\d+)/.exec(stat) ?? [];
    return { pid, name, parent: Number(parent) };
  } catch (error) {
    if (systemCodeOf(error) !== undefined) return undefined;
    throw error;
  }
}
