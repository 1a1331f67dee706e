import { createHash, randomUUID } from "node:crypto";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { Report } from "./http-error.ts";

/** Makes the MCP server of one connection. */
export type CreateMcpServer = (options: {
  fleet: Fleet;
  caller: Caller;
  clock: Clock;
  version: string;
  report: Report;
}) => { connect(transport: Transport): Promise<void>; close(): Promise<void> };

export type McpSession = {
  transport: WebStandardStreamableHTTPServerTransport;
  /** Counts a request that is under way; the answer ends it. A session in use is not idle. */
  hold(): () => void;
};

export type McpSessions = {
  /** Throws UserError "full" when there is no room. */
  open(token: string, caller: Caller): Promise<McpSession>;
  /** The session, if it belongs to this token and its caller may do just what it could at the start. */
  find(id: string, token: string, caller: Caller): Promise<McpSession | undefined>;
  /** Ends all sessions of a token. */
  endOf(token: string): Promise<void>;
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
  close(): Promise<void>;
};

/** The MCP sessions that are open, each bound to the token that opened it. */
export function createMcpSessions(ports: Ports, limits: SessionLimits): McpSessions {
  const { fleet, clock, createMcpServer, version, report } = ports;
  const entries = new Map<string, Entry>();
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
    const server = createMcpServer({ fleet, caller, clock, version, report });
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
      hold: () => holdEntry(entry, clock),
      close: () => server.close(),
    };
    transport.onclose = () => void entries.delete(id);
    await server.connect(transport);
    return entry;
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
    endOf: (token) => {
      const owner = digest(token);
      return closeAll([...entries.values()].filter((entry) => entry.owner === owner));
    },
    async close() {
      cancelSweep?.();
      await closeAll([...entries.values()]);
    },
    get size() {
      return entries.size;
    },
  };
}

function holdEntry(entry: Entry, clock: Clock): () => void {
  entry.held += 1;
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    entry.held -= 1;
    entry.usedAt = clock.now();
  };
}

/** Sessions keep a digest: no secret stays in memory longer than its request. */
function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** What a session may do is fixed at its start, so a caller whose rights have changed starts a new one. */
function rightsOf({ actor, role, readOnly, toolsets }: Caller): string {
  return JSON.stringify([actor, role, readOnly ?? false, toolsets ?? []]);
}
