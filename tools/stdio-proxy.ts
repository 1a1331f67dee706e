import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { isJSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { failureWords } from "./proxy/failure-words.ts";
import { createHubLink } from "./proxy/hub-link.ts";
import { createPendingCalls } from "./proxy/pending-calls.ts";

type Streams = Required<ConstructorParameters<typeof StdioServerTransport>>;

export type StdioProxyOptions = {
  /** The hub's address, with or without /mcp. */
  url: string;
  token: string;
  stdin: Streams[0];
  stdout: Streams[1];
  /** How long a hub may be away before calls fail, in milliseconds; 10 s when absent. */
  patienceMs?: number;
  /** Ends the proxy at once. */
  signal: AbortSignal;
};

const defaultPatienceMs = 10_000;
/** How long answers under way may take once the client has closed its end, in milliseconds. */
const lastAnswersMs = 2000;

/**
 * Carries MCP messages between a client on stdio and the hub, until the client closes its end.
 * Nothing but protocol is written to stdout. A hub that restarts is joined again behind the
 * client's back; what cannot be saved is answered with an error that says what to do.
 */
export async function runStdioProxy(options: StdioProxyOptions): Promise<void> {
  const { stdin, stdout, signal } = options;
  const stdio = new StdioServerTransport(stdin, stdout);
  const calls = createPendingCalls(toClient);
  const link = createHubLink({
    endpoint: endpointOf(options.url),
    token: options.token,
    patienceMs: options.patienceMs ?? defaultPatienceMs,
    onMessage(message) {
      calls.answered(message);
      toClient(message);
    },
    onStreamEnd: calls.lost,
  });

  function toClient(message: JSONRPCMessage): void {
    // Whether the client still reads is seen by its end of the streams, not by each message.
    stdio.send(message).catch(() => undefined);
  }

  async function toHub(message: JSONRPCMessage): Promise<void> {
    calls.asked(message);
    try {
      await link.send(message);
    } catch (error) {
      if (isJSONRPCRequest(message)) calls.fail(message.id, failureWords(error, options.url));
    }
  }

  stdio.onmessage = (message) => void toHub(message);
  const ended = endOf(options, stdio);
  await stdio.start();
  await ended;
  if (!signal.aborted) await calls.settled(lastAnswersMs);
  await link.close();
  await stdio.close();
}

function endpointOf(url: string): URL {
  const endpoint = new URL(url);
  if (!endpoint.pathname.endsWith("/mcp")) {
    endpoint.pathname = `${endpoint.pathname.replace(/\/$/, "")}/mcp`;
  }
  return endpoint;
}

/** Resolves when the client has closed its end, cannot be written to any more, or the signal aborts. */
function endOf(
  { stdin, stdout, signal }: StdioProxyOptions,
  stdio: StdioServerTransport,
): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => resolve();
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    stdin.once("end", end).once("close", end).once("error", end);
    stdout.once("close", end).once("error", end);
    stdio.onclose = end;
  });
}
