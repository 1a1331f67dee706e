import type { App, Receiver, ReceiverEvent } from "@slack/bolt";
import type { SlackPorts } from "../ports.ts";
import { createSeen } from "./seen.ts";
import type { Seen } from "./seen.ts";
import { within } from "./time-limit.ts";

/** As long as a signature can be valid: five minutes before its time and five after, and a little. */
const signatureMs = 11 * 60_000;
/** Slack delivers an event anew for about an hour. */
const eventMs = 2 * 60 * 60_000;
const mostSeen = 50_000;
/** Slack takes an answer for three seconds. */
const answerMs = 2500;

/** Takes a request in: answers it in time whatever becomes of it, and runs the same one once. */
export type Admission = { admit(event: ReceiverEvent): Promise<void> };

/** What a receiver adds to a request for the admission alone. */
export type Credentials = { signature?: string };

export function createAdmission(
  { clock, report }: Pick<SlackPorts, "clock" | "report">,
  app: Pick<App, "processEvent">,
): Admission {
  const signatures = createSeen(clock, { forMs: signatureMs, max: mostSeen });
  const deliveries = createSeen(clock, { forMs: eventMs, max: mostSeen });

  function isNew(event: ReceiverEvent): boolean {
    const { signature } = credentialsOf(event);
    if (signature !== undefined && !isFirst(signatures, signature)) return false;
    const delivery = deliveryOf(event.body);
    return delivery === undefined || isFirst(deliveries, delivery);
  }

  function isFirst(seen: Seen, key: string): boolean {
    const answer = seen.add(key);
    if (answer === "full") report(new Error("Too many requests at once"), "Slack");
    return answer === "new";
  }

  async function run(event: ReceiverEvent, ack: ReceiverEvent["ack"]): Promise<void> {
    const { customProperties: _credentials, ...rest } = event;
    try {
      await app.processEvent({ ...rest, ack });
    } catch (error) {
      report(error, "a request from Slack");
    }
  }

  return {
    async admit(event) {
      const answer = onceOnly(event.ack, report);
      if (!isNew(event)) return answer.give();
      if (!answersWithContent(event.body)) {
        await answer.give();
        return run(event, answer.give);
      }
      // What did not answer by then is answered with nothing: an empty menu, a form that closes.
      await within(clock, run(event, answer.give), { ms: answerMs, late: () => undefined });
      await answer.give();
    },
  };
}

/** Lets a receiver hand its requests to the admission instead of the app. */
export function admitting(receiver: Receiver, admission: Admission): void {
  // A receiver uses nothing else of the app that it is given.
  const app = { processEvent: (event: ReceiverEvent) => admission.admit(event) } as App;
  receiver.init(app);
}

function onceOnly(ack: ReceiverEvent["ack"], report: SlackPorts["report"]) {
  let given = false;
  return {
    async give(content?: unknown): Promise<void> {
      if (given) return;
      given = true;
      try {
        await (content === undefined ? ack() : ack(content));
      } catch (error) {
        report(error, "the acknowledgement of a request from Slack");
      }
    },
  };
}

/** A form is told what is wrong with it, and a menu gets its choices, in the answer itself. */
function answersWithContent({ type }: ReceiverEvent["body"]): boolean {
  return type === "view_submission" || type === "block_suggestion";
}

/** What is the same when Slack delivers the same request again. */
function deliveryOf({
  event_id: event,
  trigger_id: trigger,
  type,
}: ReceiverEvent["body"]): string | undefined {
  if (typeof event === "string") return event;
  return typeof trigger === "string" && type !== "block_suggestion" ? trigger : undefined;
}

function credentialsOf({ customProperties }: ReceiverEvent): Credentials {
  const signature: unknown = customProperties?.["signature"];
  return typeof signature === "string" ? { signature } : {};
}
