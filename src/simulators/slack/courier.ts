import type { Delivery, Outcome, Outgoing, RequestUrls } from "./delivery.ts";
import { lostAnswer } from "./faults.ts";
import { requestOf, sendRequest } from "./http-delivery.ts";
import type { Sockets } from "./sockets.ts";
import type { World } from "./world.ts";

/** How long Slack waits for an app, in milliseconds. */
const patienceMs = 3000;
const socketMode = "socket";

/** "socket" for Socket Mode, an address, or one address for each kind. */
export type Target = string | RequestUrls;

export type Courier = {
  /** Brings something to the app and waits as long as Slack does. Never rejects. */
  deliver(outgoing: Outgoing): Promise<Delivery>;
  /** Where commands, interactions and events go from now on. */
  deliverTo(target: Target): void;
  deliveries: Delivery[];
};

export function createCourier(world: World, sockets: Sockets): Courier {
  const deliveries: Delivery[] = [];
  let target: Target = socketMode;
  const unheard: Outcome = { status: "failed", reason: "http_error", mayRetry: true };
  const late: Outcome = { status: "failed", reason: "http_timeout", mayRetry: true };

  function attempt(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    if (target === socketMode) return sockets.send(delivery);
    const urls =
      typeof target === "string"
        ? { commands: target, interactions: target, events: target }
        : target;
    delivery.request = requestOf(world, urls, delivery);
    return sendRequest(delivery.request, signal);
  }

  async function deliver(outgoing: Outgoing): Promise<Delivery> {
    const at = world.clock.now();
    const delivery: Delivery = {
      ...{ ...outgoing, at, ackMs: undefined, request: undefined, outcome: late },
    };
    deliveries.push(delivery);
    const abort = new AbortController();
    const fault = world.faults.take(lostAnswer);
    const answered = attempt(delivery, abort.signal).then((outcome) => {
      if (fault?.kind === "hang") return new Promise<Outcome>(() => undefined);
      if (fault !== undefined) return unheard;
      if (outcome.status === "acknowledged") delivery.ackMs = world.clock.now() - at;
      return outcome;
    });
    const timedOut = new Promise<Outcome>((resolve) => {
      const cancel = world.clock.after(patienceMs, () => {
        resolve(late);
        abort.abort();
      });
      void answered.then(cancel);
    });
    delivery.outcome = await Promise.race([answered, timedOut]);
    return delivery;
  }

  return {
    ...{ deliver, deliveries },
    deliverTo(next) {
      target = next;
    },
  };
}
