import { SocketModeReceiver } from "@slack/bolt";
import type { App, Logger, Receiver } from "@slack/bolt";
import type { SlackOptions, SlackPorts } from "../ports.ts";
import { addressOf } from "./clients.ts";
import { isBadToken, retryAfterMs, slackCode } from "./slack-error.ts";
import { pause } from "./time-limit.ts";

/** While Slack renews one connection, the other one takes the requests. */
const connections = 2;
const openMs = 15_000;
const leaveMs = 1000;
const firstWaitMs = 1000;
const longestWaitMs = 60_000;
const badTokenWaitMs = 5 * 60_000;

type Ports = Pick<SlackPorts, "clock" | "report">;
type Given = { appToken: string; options: SlackOptions; logger: Logger };

/** Requests over connections that the hub opens to Slack, kept open until the stop. */
export function createSocketRequests(ports: Ports, given: Given): Receiver {
  const stopping = new AbortController();
  const receivers = Array.from({ length: connections }, () =>
    createReceiver(given, stopping.signal),
  );
  for (const { client } of receivers) catchUnreadable(client, ports);
  let running: Promise<unknown> = Promise.resolve();
  return {
    init(app: App) {
      for (const receiver of receivers) receiver.init(app);
    },
    start() {
      running = Promise.all(
        receivers.map((receiver) => keepOpen(ports, receiver.client, stopping.signal)),
      );
      return Promise.resolve();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function createReceiver(
  { appToken, options, logger }: Given,
  stopped: AbortSignal,
): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken,
    logger,
    // The library's own way to reconnect ends the process where Slack does not answer for long.
    autoReconnectEnabled: false,
    installerOptions: {
      clientOptions: {
        ...addressOf(options),
        timeout: 10_000,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        // What is asked of Slack while the hub stops would still open a connection.
        fetch: (input, init) =>
          fetch(input, { ...init, signal: AbortSignal.any([stopped, init?.signal ?? stopped]) }),
      },
    },
  });
}

type Client = SocketModeReceiver["client"];

/** The library leaves it to the process to fall over a message that it cannot read. */
function catchUnreadable(client: Client, { report }: Ports): void {
  const [read] = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  client.on("ws_message", (...message: unknown[]) => {
    Promise.resolve(read?.(...message)).catch((error: unknown) => {
      report(error, "a message from Slack");
    });
  });
}

async function keepOpen(
  { clock, report }: Ports,
  client: Client,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = firstWaitMs;
  while (!signal.aborted) {
    try {
      const { closed } = await open({ clock, report }, client, signal);
      waitMs = firstWaitMs;
      await closed;
    } catch (error) {
      if (signal.aborted) return;
      report(isBadToken(error) ? badToken(error) : failed(error), "a connection to Slack");
      const least = isBadToken(error) ? badTokenWaitMs : retryAfterMs(error);
      await pause(clock, Math.max(waitMs, least), signal);
      waitMs = Math.min(longestWaitMs, waitMs * 2);
    }
  }
}

/** Resolves once the connection takes requests, with what resolves once it does no more. */
async function open(
  { clock }: Ports,
  client: Client,
  signal: AbortSignal,
): Promise<{ closed: Promise<void> }> {
  let end = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });
  let isLeft = false;
  const giveUp = (): void => {
    isLeft = true;
    void leave(clock, client);
  };
  client.once("disconnected", end);
  signal.addEventListener("abort", giveUp);
  void closed.then(() => {
    client.off("disconnected", end);
    signal.removeEventListener("abort", giveUp);
  });
  const cancel = clock.after(openMs, giveUp);
  try {
    await client.start();
    // Who left before there was a connection has left nothing.
    if (isLeft) await leave(clock, client);
    return { closed };
  } catch (error) {
    end();
    throw error;
  } finally {
    cancel();
  }
}

/** Resolves once there is no connection. Where the other side does not take leave it ends at the second attempt. */
async function leave(clock: Pick<SlackPorts["clock"], "after">, client: Client): Promise<void> {
  const cancel = clock.after(leaveMs, () => void client.disconnect());
  await client.disconnect();
  cancel();
}

function badToken(cause: unknown): Error {
  return new Error(
    `Cannot use the Slack app token: Slack says "${slackCode(cause) ?? ""}". Check SLACK_APP_TOKEN: it needs the scope connections:write.`,
    { cause },
  );
}

function failed(cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : "it was closed before it was open";
  return new Error(`Cannot open a connection to Slack: ${why}`, { cause });
}
