import type { Card } from "../../src/core/card.ts";
import { personOf } from "../../src/core/actor.ts";
import { mayDecide } from "../../src/core/policy.ts";
import type { Ask } from "../ask.ts";
import { message } from "../blocks/elements.ts";
import type { SlackPorts } from "../ports.ts";
import { adminsBut } from "./admins.ts";
import type { CardRecords } from "./card-records.ts";
import type { Cards } from "./cards.ts";
import { digestOf } from "./digest.ts";
import type { Raising } from "./raising.ts";
import { system } from "./sights.ts";
import type { Writer } from "./writer.ts";

type Parts = {
  ports: Pick<SlackPorts, "fleet" | "clock" | "report">;
  records: CardRecords;
  writer: Pick<Writer, "touch" | "now">;
  raising: Raising;
};

/** Cards that someone asked for, where they asked. */
export function createAskedCards({
  ports,
  records,
  writer,
  raising,
}: Parts): Pick<Cards, "follow" | "showApproval" | "showsApproval"> {
  const { fleet, clock } = ports;

  function newCard(ask: Ask, id: string, subject: Card["subject"]): Card {
    const { channel, thread, user } = ask;
    const card = { id, version: 1, subject, userId: user.userId, createdAt: clock.now() };
    if (channel === undefined) return { ...card, isDirect: true };
    const place = thread === undefined ? { channel } : { channel, thread };
    return { ...card, ...place, isDirect: false };
  }

  /** Records it, then tries once to post it; what fails is tried again without the asker. */
  async function post(ask: Ask, card: Card): Promise<void> {
    await records.create([card]);
    await writer.now(card.id);
    // What the channel did not take has moved to direct messages.
    if (records.live(card.id)?.isDirect !== card.isDirect) await writer.now(card.id);
    const placed = await records.find(card.id);
    const isElsewhere = placed?.ts !== undefined && placed.channel !== ask.channel;
    if (!isElsewhere || !placed.isDirect || ask.channel === undefined) return;
    const words =
      "I am not a member of this channel, so what comes of it is in your direct messages with me. Invite me to see it here.";
    await ask
      .whisper(message(words))
      .catch((error: unknown) => ports.report(error, "pointing to a direct message"));
  }

  const whereOf = ({ channel, thread, user }: Ask): string =>
    channel === undefined ? user.userId : [channel, thread ?? ""].join("|");

  async function showsApproval(approvalId: string): Promise<boolean> {
    return (await records.beginningWith(`approval|${approvalId}|`)).length > 0;
  }

  return {
    showsApproval,
    async follow(ask, { operationIds }) {
      const operations = await Promise.all(
        operationIds.map((id) => fleet.getOperation(system, id)),
      );
      const [first] = operations;
      if (first === undefined) return;
      const { approvalId } = first;
      if (approvalId !== undefined && operations.every((one) => one.approvalId === approvalId)) {
        if (await showsApproval(approvalId)) return;
      }
      const isProvision = operations.length === 1 && first.kind === "provision";
      const subject = {
        kind: "request" as const,
        operationIds: [...operationIds],
        askedBy: ask.user.name,
        ...(isProvision ? { thopterId: first.thopterId } : {}),
      };
      const id = `request|${whereOf(ask)}|${digestOf(operationIds.join(" "))}`;
      await post(ask, newCard(ask, id, subject));
    },
    async showApproval(ask, approvalId) {
      const approval = await fleet.getApproval(system, approvalId);
      const id = `approval|${approvalId}|${whereOf(ask)}`;
      await post(ask, newCard(ask, id, { kind: "approval", approvalId }));
      const asker = personOf(ask.caller.actor);
      if (mayDecide(ask.caller, approval)) return;
      const deciders = approval.deciders.filter((personId) => personId !== asker);
      const admins = await adminsBut(fleet, approval.requestedBy);
      await raising.approval(approval, { deciders, admins });
    },
  };
}
