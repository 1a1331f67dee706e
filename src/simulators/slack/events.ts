import type { Courier } from "./courier.ts";
import type { Delivery } from "./delivery.ts";
import type { Json } from "./json.ts";
import type { World } from "./world.ts";

/** How long after a failure an event comes again: https://docs.slack.dev/apis/events-api#retries */
const retryAfterMs = [0, 60_000, 300_000];

/** An event on its way to the app. More attempts come with time. */
export type EventDelivery = { eventId: string; attempts: Delivery[] };

export type Events = {
  /** Tells the app of an event that it subscribed to; resolves after the first attempt. */
  emit(subscription: string, event: Json): Promise<EventDelivery>;
};

export function createEvents(world: World, courier: Courier): Events {
  async function attempt(sent: EventDelivery, payload: Json, retry?: Delivery["retry"]) {
    const again = retry === undefined ? {} : { retry };
    const outgoing = { kind: "events_api", payload, accepts: false, ...again } as const;
    const delivery = await courier.deliver(outgoing);
    sent.attempts.push(delivery);
    const { outcome } = delivery;
    const done = retry?.attempt ?? 0;
    const waitMs = retryAfterMs[done];
    if (outcome.status === "acknowledged" || !outcome.mayRetry || waitMs === undefined) return;
    const next = (): void => {
      if (world.isClosed) return;
      void attempt(sent, payload, { attempt: done + 1, reason: outcome.reason });
    };
    if (waitMs === 0) next();
    else world.clock.after(waitMs, next);
  }

  return {
    async emit(subscription, event) {
      const sent: EventDelivery = { eventId: world.ids.next("Ev"), attempts: [] };
      if (!world.subscriptions.has(subscription) || world.isDown) return sent;
      await attempt(sent, envelope(world, sent.eventId, event));
      return sent;
    },
  };
}

function envelope(world: World, eventId: string, event: Json): Json {
  const { team, app } = world.workspace;
  const installed = { enterprise_id: null, team_id: team.id, user_id: app.botUser.id };
  return {
    ...{ token: "unused", team_id: team.id, context_team_id: team.id, context_enterprise_id: null },
    ...{ api_app_id: app.id, event, type: "event_callback", event_id: eventId },
    event_time: Math.floor(world.clock.now() / 1000),
    authorizations: [{ ...installed, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: false,
    event_context: `4-${eventId}`,
  };
}
