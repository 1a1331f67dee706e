import { createHash, randomUUID } from "node:crypto";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { Report } from "./http-error.ts";
import { rightsOf } from "./standing.ts";

/** Makes the MCP server of one connection. */
export type CreateMcpServer = (options: {
  fleet: Fleet;
  caller: Caller;
  clock: Clock;
  version: string;
  report: Report;
  stopping: AbortSignal;
}) => { connect(transport: Transport): Promise<void>; close(): Promise<void> };

export type McpSession = {
  transport: WebStandardStreamableHTTPServerTransport;
  /** Counts a request that is under way; the answer ends it. A session in use is not idle. */
  hold(kind: "call" | "stream"): () => void;
};

export type McpSessions = {
  /** Throws UserError "full" when there is no room. */
  open(token: string, caller: Caller): Promise<McpSession>;
  /** The session, if it belongs to this token and its caller may do just what it could at the start: what it may do is fixed then. */
  find(id: string, token: string, caller: Caller): Promise<McpSession | undefined>;
  /** Ends the sessions of a token, but for those that this caller has begun as it is now. */
  endOf(token: string, now?: Caller): Promise<void>;
  /** Ends waits, lets calls be answered for a moment, then ends all sessions. */
  close(): Promise<void>;
  readonly size: number;
};

export type SessionLimits = { idleMs: number; most: number; mostPerToken: number };

type Ports = {
  fleet: Fleet;
  clock: Clock;
  createMcpServer: CreateMcpServer;
  version: string;
  report: Report;
};

type Entry = McpSession & {
  owner: string;
  rights: string;
  usedAt: number;
  held: number;
  calls: number;
  close(): Promise<void>;
};

/** How long calls under way may take to be answered at the end, in milliseconds. */
const lastAnswersMs = 2000;

/** The MCP sessions that are open, each bound to the token that opened it. */
export function createMcpSessions(ports: Ports, limits: SessionLimits): McpSessions {
  const { fleet, clock, createMcpServer, version, report } = ports;
  const entries = new Map<string, Entry>();
  const stopping = new AbortController();
  let onRelease = (): void => undefined;
  let cancelSweep: (() => void) | undefined;

  function sweepLater(): void {
    cancelSweep ??= clock.after(limits.idleMs / 4, () => {
      cancelSweep = undefined;
      void closeAll([...entries.values()].filter(isIdle));
      if (entries.size > 0) sweepLater();
    });
  }

  function isIdle({ held, usedAt }: Entry): boolean {
    return held === 0 && clock.now() - usedAt >= limits.idleMs;
  }

  async function closeAll(some: readonly Entry[]): Promise<void> {
    const results = await Promise.allSettled(some.map((entry) => entry.close()));
    for (const result of results) {
      if (result.status === "rejected") report(result.reason, "closing an MCP session");
    }
  }

  /** Makes room among the token's own sessions: nobody ends those of others. */
  async function makeRoom(owner: string): Promise<void> {
    const own = [...entries.values()].filter((entry) => entry.owner === owner);
    if (own.length < limits.mostPerToken && entries.size < limits.most) return;
    const [oldest] = own.filter(({ held }) => held === 0).toSorted((a, b) => a.usedAt - b.usedAt);
    if (oldest === undefined) {
      throw new UserError(
        "Cannot open another MCP session: too many are open. End some, then try again.",
        {
          code: "full",
        },
      );
    }
    await closeAll([oldest]);
  }

  async function open(token: string, caller: Caller): Promise<McpSession> {
    const owner = digest(token);
    await makeRoom(owner);
    const id = randomUUID();
    const made = { fleet, caller, clock, version, report, stopping: stopping.signal };
    const server = createMcpServer(made);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessioninitialized: () => {
        entries.set(id, entry);
        sweepLater();
      },
    });
    const entry: Entry = {
      transport,
      owner,
      rights: rightsOf(caller),
      usedAt: clock.now(),
      held: 0,
      calls: 0,
      hold: (kind) => {
        const release = holdEntry(entry, { clock, kind });
        return () => {
          release();
          onRelease();
        };
      },
      close: () => server.close(),
    };
    transport.onclose = () => void entries.delete(id);
    await server.connect(transport);
    return entry;
  }

  /** Resolves when no call is under way any more, or when their time is up. */
  async function whenAnswered(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = clock.after(lastAnswersMs, resolve);
      onRelease = () => {
        if ([...entries.values()].some(({ calls }) => calls > 0)) return;
        cancel();
        resolve();
      };
      onRelease();
    });
  }

  return {
    open,
    async find(id, token, caller) {
      const entry = entries.get(id);
      if (entry === undefined || entry.owner !== digest(token)) return undefined;
      if (entry.rights === rightsOf(caller)) return entry;
      await closeAll([entry]);
      return undefined;
    },
    endOf: (token, now) => {
      const owner = digest(token);
      const kept = now === undefined ? undefined : rightsOf(now);
      const own = [...entries.values()].filter((entry) => entry.owner === owner);
      return closeAll(own.filter(({ rights }) => rights !== kept));
    },
    async close() {
      cancelSweep?.();
      stopping.abort();
      await whenAnswered();
      await closeAll([...entries.values()]);
    },
    get size() {
      return entries.size;
    },
  };
}

function holdEntry(
  entry: Entry,
  { clock, kind }: { clock: Clock; kind: "call" | "stream" },
): () => void {
  const calls = kind === "call" ? 1 : 0;
  entry.held += 1;
  entry.calls += calls;
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    entry.held -= 1;
    entry.calls -= calls;
    entry.usedAt = clock.now();
  };
}

/** Sessions keep a digest: no secret stays in memory longer than its request. */
function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
