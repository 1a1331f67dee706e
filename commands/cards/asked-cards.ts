import type { Card } from "../../src/core/card.ts";
import { personOf } from "../../src/core/actor.ts";
import type { Operation } from "../../src/core/operation.ts";
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

type Requested = Pick<Operation, "id" | "kind" | "thopterId">;

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
}: Parts): Pick<Cards, "record" | "follow" | "showApproval" | "showsApproval"> {
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
    if (!(await records.adopt(card.id))) await records.create([card]);
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

  function requestCard(ask: Ask, operations: readonly Requested[]): Card | undefined {
    const [first] = operations;
    if (first === undefined) return undefined;
    const operationIds = operations.map(({ id }) => id);
    const isProvision = operations.length === 1 && first.kind === "provision";
    const subject = {
      kind: "request" as const,
      operationIds,
      askedBy: ask.user.name,
      ...(isProvision ? { thopterId: first.thopterId } : {}),
    };
    const id = `request|${whereOf(ask)}|${digestOf(operationIds.join(" "))}`;
    return newCard(ask, id, subject);
  }

  const approvalCard = (ask: Ask, approvalId: string): Card =>
    newCard(ask, `approval|${approvalId}|${whereOf(ask)}`, { kind: "approval", approvalId });

  return {
    showsApproval,
    record(ask, accepted) {
      const card =
        "approval" in accepted
          ? approvalCard(ask, accepted.approval.id)
          : requestCard(ask, accepted.operations);
      return card === undefined ? [] : [{ kind: "card", record: card }];
    },
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
      const card = requestCard(ask, operations);
      if (card !== undefined) await post(ask, card);
    },
    async showApproval(ask, approvalId) {
      const approval = await fleet.getApproval(system, approvalId);
      await post(ask, approvalCard(ask, approvalId));
      const asker = personOf(ask.caller.actor);
      if (mayDecide(ask.caller, approval)) return;
      const deciders = approval.deciders.filter((personId) => personId !== asker);
      const admins = await adminsBut(fleet, approval.requestedBy);
      await raising.approval(approval, { deciders, admins });
    },
  };
}
