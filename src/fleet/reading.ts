import { UserError } from "../core/errors.ts";
import type { Caller } from "../core/actor.ts";
import { holds, requireOwn, requireRole } from "../core/permission.ts";
import type { AgentSession } from "../core/ports/agent.ts";
import type { Fleet, ThopterDetail } from "../core/ports/fleet.ts";
import type { ReadAnswer, ReadRequest } from "../core/ports/reading.ts";
import { thopterCan } from "../core/thopter.ts";
import type { Thopter } from "../core/thopter.ts";
import { transcriptText } from "../core/transcript-text.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { agentOf, boundedText, decode, mustHaveMachine, reach } from "./access.ts";
import type { BoundedText } from "./access.ts";
import { readTranscript } from "./conversing.ts";
import type { Directory } from "./directory.ts";
import type { FleetPorts } from "./ports.ts";
import { openByThopter } from "./views.ts";
import type { Views } from "./views.ts";

const defaultBytes = 100_000;
const mostBytes = 1_000_000;
/** Read beyond what is shown, so that no secret is cut in half before it is seen. */
const spareBytes = 4096;
/** How long reading one thopter may take, in milliseconds. */
const readMs = 20_000;

type Parts = { ports: FleetPorts; directory: Directory; views: Views };

/** Looking into a thopter. */
export function createReading({
  ports,
  directory,
  views,
}: Parts): Pick<Fleet, "getThopter" | "read"> {
  async function readText(
    { what, history = false, before }: ReadRequest,
    thopter: Thopter,
    limits: { maxBytes: number; signal: AbortSignal },
  ): Promise<BoundedText & { before?: string }> {
    const { maxBytes, signal } = limits;
    if (what === "transcript") return readPage(thopter, { before, ...limits });
    return reach(ports, { thopter, signal }, async (session) => {
      switch (what) {
        case "screen": {
          const text = await agentOf(ports, thopter).screen(session, { history }, signal);
          return boundedText(ports, text, { maxLength: maxBytes });
        }
        case "log": {
          const text = await readLog(session, maxBytes, signal);
          return boundedText(ports, text, { maxLength: maxBytes });
        }
        case "diff":
          return readDiff(session, thopter, limits);
      }
    });
  }

  async function readPage(
    thopter: Thopter,
    wish: { before: string | undefined; maxBytes: number; signal: AbortSignal },
  ): Promise<BoundedText & { before?: string }> {
    // Who said what, and when, takes room as well.
    const maxBytes = Math.ceil(wish.maxBytes * 0.75);
    const { entries, before } = await readTranscript(ports, thopter, { ...wish, maxBytes });
    const shown = boundedText(ports, transcriptText(entries), { maxLength: wish.maxBytes });
    return { ...shown, ...(before !== undefined && { before }) };
  }

  async function readDiff(
    session: AgentSession,
    thopter: Thopter,
    { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
  ): Promise<BoundedText> {
    const { baseCommit } = thopter;
    if (baseCommit === undefined) {
      throw new UserError(
        `Cannot read the diff of "${thopter.name}": its repository is not cloned yet.`,
        { code: "conflict" },
      );
    }
    const diff = await ports.git.diff(
      ports.cloneOf(session, thopter),
      { baseCommit, maxBytes: maxBytes + spareBytes },
      signal,
    );
    const bounded = boundedText(ports, diff.text, { maxLength: maxBytes, keep: "start" });
    return { ...bounded, truncated: bounded.truncated || diff.truncated };
  }

  async function detail(
    thopter: Thopter,
  ): Promise<Pick<ThopterDetail, "work" | "workUnavailable">> {
    const { baseCommit } = thopter;
    if (baseCommit === undefined || !thopterCan.read(thopter)) {
      return { workUnavailable: `it has no clone now (it is ${thopter.status})` };
    }
    const signal = AbortSignal.timeout(readMs);
    try {
      const work = await ports.sessions.use(thopter, signal, (session) =>
        ports.git.summary(ports.cloneOf(session, thopter), baseCommit, signal),
      );
      return { work: { ...work, branch: untrustedText(work.branch, { maxLength: 250 }) } };
    } catch (error) {
      ports.report(error, `reading the work of ${thopter.name}`);
      return { workUnavailable: "its machine did not answer" };
    }
  }

  return {
    async getThopter(caller, nameOrId) {
      requireRole(caller, "viewer", "look at thopters");
      const thopter = await directory.findOnRecord(nameOrId);
      const open = await ports.engine.list({
        thopterId: thopter.id,
        status: ["queued", "running"],
        limit: 2,
      });
      const view = views.thopter(caller, thopter, openByThopter(open).get(thopter.id));
      const { task, template } = thopter;
      const asked = template === undefined ? { task } : { task, template };
      const known = { ...view, ...lastMessageOf(caller, thopter), ...asked };
      return { ...known, ...(await detail(thopter)) };
    },
    async read(caller, request, signal) {
      requireRole(caller, "viewer", "read a thopter");
      const thopter = await directory.find(request.thopter);
      requireOwn(caller, thopter, `read the ${request.what} of`);
      mustHaveMachine(thopter, `read the ${request.what} of`);
      const maxBytes = Math.max(1, Math.min(request.maxBytes ?? defaultBytes, mostBytes));
      const bounds = { maxBytes, signal: AbortSignal.any([signal, AbortSignal.timeout(readMs)]) };
      const answer = await readText(request, thopter, bounds);
      return { thopterName: thopter.name, what: request.what, ...answer } satisfies ReadAnswer;
    },
  };
}

function lastMessageOf(caller: Caller, thopter: Thopter): Pick<ThopterDetail, "lastMessage"> {
  const lastMessage = thopter.agentState?.lastMessage;
  return lastMessage === undefined || !holds(caller, thopter) ? {} : { lastMessage };
}

/** The end of the setup script's output; nothing when there is none. */
async function readLog(
  session: AgentSession,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const path = `${session.places.run}/setup.log`;
  const script = '[ -f "$1" ] && exec tail -c "$2" -- "$1" || exit 0';
  const result = await session.shell.run(
    ["sh", "-c", script, "log", path, String(maxBytes + spareBytes)],
    {
      timeoutMs: readMs,
      signal,
    },
  );
  return decode(result.stdout);
}
