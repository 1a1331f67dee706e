import { ConnectionCut } from "../cut-connections.ts";
import type { Fault } from "./faults.ts";
import { refuse, refuseRate, SlackRefusal, type Reply } from "./reply.ts";
import type { World } from "./world.ts";

/** Answers one call, or has happen to it what was asked for. */
export async function answerOrFail(
  world: World,
  method: string,
  answer: () => Reply,
): Promise<Reply> {
  if (world.isDown) return unwell(503);
  const fault = world.faults.take(method);
  if (fault === undefined) return answered(answer);
  if (fault.kind === "slow") return slowly(world, fault, answer);
  if (fault.committed === true) answered(answer);
  return failed(fault);
}

function answered(answer: () => Reply): Reply {
  try {
    return answer();
  } catch (error) {
    if (error instanceof SlackRefusal) return error.reply;
    throw error;
  }
}

async function slowly(world: World, fault: Fault, answer: () => Reply): Promise<Reply> {
  const early = fault.committed === true ? answered(answer) : undefined;
  await new Promise<void>((resolve) => void world.clock.after(fault.delayMs ?? 1000, resolve));
  return early ?? answered(answer);
}

async function failed({ kind, error, status, retryAfterSeconds }: Fault): Promise<Reply> {
  switch (kind) {
    case "error":
      return refuse(error ?? "internal_error").reply;
    case "rate":
      return refuseRate(retryAfterSeconds ?? 1).reply;
    case "reset":
      throw new ConnectionCut("the simulator cuts the connection");
    case "hang":
      // Until the caller gives up, or the simulator closes.
      return new Promise(() => undefined);
    case "status":
    case "slow":
      return unwell(status ?? 500);
  }
}

// What stands before Slack answers with pages, not with JSON.
function unwell(status: number): Reply {
  const text = "<html><body>Slack is not well</body></html>";
  return { status, body: {}, text, headers: { "content-type": "text/html" } };
}
