import { personOf } from "../../src/core/actor.ts";
import type { Actor } from "../../src/core/actor.ts";
import type { Card } from "../../src/core/card.ts";
import type { Approval } from "../../src/core/approval.ts";
import { operationIs } from "../../src/core/operation.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Write } from "../../src/core/ports/store.ts";
import { isSettled } from "../../src/core/thopter.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import type { SlackPorts } from "../ports.ts";
import { adminsBut } from "./admins.ts";
import type { CardRecords } from "./card-records.ts";
import { decidersOf } from "./raising.ts";
import type { Raising } from "./raising.ts";
import { system } from "./sights.ts";
import type { Sight, Sights } from "./sights.ts";
import type { Writer } from "./writer.ts";

/** Who asked in Slack has this long to show an approval where they asked, in milliseconds. */
const askersTimeMs = 10_000;
/**
 * A press that decides is answered by whoever took it, over the message: this long afterwards it is
 * brought up to date again, in milliseconds.
 */
const answeredMs = 3000;
/** What waits is looked at again this long after something made room, in milliseconds. */
const queueMs = 5000;
/** The hub warns this long before an end at the earliest, in milliseconds. */
const warningMs = 15 * 60_000;

type Parts = {
  ports: Pick<SlackPorts, "fleet" | "people" | "clock" | "report" | "warnings">;
  records: CardRecords;
  sights: Sights;
  writer: Pick<Writer, "touch">;
  raising: Raising;
  /** Something in the fleet changed. */
  onChange(): void;
};

/** Turns what happens in the fleet into cards to be written or made. */
export function createFollowing({ ports, records, sights, writer, raising, onChange }: Parts): {
  take(write: Write): Promise<void>;
  /** Lets a life come to its end once its owner was warned, or cannot be. */
  tellDelivered(card: Card): Promise<void>;
  /** Looks at a thopter again: one of its cards is there now. */
  considerThopter(thopterId: string): Promise<void>;
  /** Looks at all there is, as after a restart. */
  catchUp(): Promise<void>;
  stop(): void;
} {
  const { fleet, clock } = ports;
  const timers = new Set<() => void>();
  let looksAtQueue = false;

  function later(ms: number, run: () => void): void {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
  }

  function takeOperation(operation: Operation): void {
    const rank = operationIs.finished(operation) ? "urgent" : "step";
    touchAbout(`operation:${operation.id}`, rank);
    if (operation.approvalId !== undefined) touchAbout(`approval:${operation.approvalId}`, rank);
    if (operation.status !== "queued") lookAtQueue();
  }

  function touchAbout(topic: string, rank: "urgent" | "step"): void {
    for (const { id } of records.about(topic)) writer.touch(id, rank);
  }

  /** Those that wait may have come nearer. */
  function lookAtQueue(): void {
    if (looksAtQueue) return;
    looksAtQueue = true;
    later(queueMs, () => {
      looksAtQueue = false;
      fleet
        .listOperations(system, { status: ["queued"], limit: 500 })
        .then(({ items }) => {
          for (const { id } of items) touchAbout(`operation:${id}`, "step");
        })
        .catch((error: unknown) => ports.report(error, "looking at what waits"));
    });
  }

  async function takeThopter(thopter: Thopter): Promise<void> {
    const before = sights.see(thopter);
    const isOver = before?.status !== thopter.status;
    for (const { id, subject } of records.about(`thopter:${thopter.id}`)) {
      // A card of a request shows nothing of the agent.
      if (subject.kind === "request" ? isOver : subject.kind !== "finish") {
        writer.touch(id, "urgent");
      }
    }
    const seen = sights.get(thopter.id);
    if (seen !== undefined) await consider(seen);
  }

  /** What its owner is told of it, if they were not. */
  async function consider(thopter: Sight): Promise<void> {
    if (thopter.status !== "ready") return;
    if (thopter.agentState?.question !== undefined) await raising.question(thopter);
    if (isWarned(thopter)) {
      for (const card of await raising.warning(thopter)) await tellDelivered(card);
    }
    if (!isSettled(thopter) || thopter.agentState?.question !== undefined) return;
    for (const card of records.about(`thopter:${thopter.id}`)) {
      const { subject } = card;
      if (subject.kind !== "request" || subject.finishedAt !== undefined) continue;
      if (card.ts !== undefined) await raising.finish(card, thopter);
    }
  }

  async function tellDelivered({ subject, postedAt, doneAt }: Card): Promise<void> {
    const at = postedAt ?? doneAt;
    if (subject.kind !== "warning" || at === undefined) return;
    const { thopterId, expiresAt } = subject;
    if (sights.get(thopterId)?.expiresAt !== expiresAt) return;
    await ports.warnings?.delivered(thopterId, { expiresAt, at });
  }

  async function takeApproval(approval: Approval): Promise<void> {
    touchAbout(`approval:${approval.id}`, "urgent");
    if (approval.status === "approved") rewriteLater(approval);
    if (approval.status !== "pending") return;
    if (approval.front !== "slack") return raiseApproval(approval);
    later(askersTimeMs, () => {
      raiseApproval(approval).catch((error: unknown) =>
        ports.report(error, `showing approval ${approval.id}`),
      );
    });
  }

  function rewriteLater({ id }: Approval): void {
    later(answeredMs, () => {
      rewrite(id).catch((error: unknown) => ports.report(error, `showing approval ${id} again`));
    });
  }

  async function rewrite(id: string): Promise<void> {
    for (const card of await records.beginningWith(`approval|${id}|`)) {
      if (card.ts === undefined) continue;
      await records.change(card, ({ doneAt: _doneAt, digest: _digest, ...one }) => one);
      writer.touch(card.id, "urgent");
    }
  }

  async function raiseApproval({ id }: Approval): Promise<void> {
    const approval = await fleet.getApproval(system, id);
    if (approval.status !== "pending" || approval.expiresAt <= clock.now()) return;
    const shown = await records.beginningWith(`approval|${id}|`);
    if (shown.some((card) => mayBeDecidedAt(card, approval))) return;
    const deciders =
      shown.length === 0 ? decidersOf(approval) : decidersBut(approval, approval.requestedBy);
    const admins = await adminsBut(fleet, approval.requestedBy);
    await raising.approval(approval, { deciders, admins });
  }

  /** An asker in Slack sees a card even of what others have to decide. */
  function mayBeDecidedAt({ userId }: Card, approval: Approval): boolean {
    if (approval.front !== "slack" || approval.askerMayDecide) return true;
    const asker = personOf(approval.requestedBy);
    return asker === undefined || userId !== ports.people.accountOf(asker)?.userId;
  }

  return {
    tellDelivered,
    async take(write) {
      onChange();
      if (write.kind === "operation") takeOperation(write.record);
      if (write.kind === "thopter") await takeThopter(write.record);
      if (write.kind === "approval") await takeApproval(write.record);
    },
    async considerThopter(thopterId) {
      const thopter = sights.get(thopterId);
      if (thopter !== undefined) await consider(thopter);
    },
    async catchUp() {
      await sights.readAll();
      for (const { id, subject } of records.lives()) {
        writer.touch(id, subject.kind === "request" ? "step" : "urgent");
      }
      for (const thopter of sights.all()) await consider(thopter);
      const approvals = await fleet.listApprovals(system, { pendingOnly: true });
      for (const approval of approvals) await raiseApproval(approval);
    },
    stop() {
      for (const cancel of timers) cancel();
    },
  };
}

function decidersBut({ deciders }: Approval, asker: Actor): string[] {
  return deciders.filter((personId) => personId !== personOf(asker));
}

/** Whether the hub has warned of the end as it is now, not of one that was put off since. */
function isWarned({ warnedAt, expiresAt }: Sight): boolean {
  return warnedAt !== undefined && expiresAt !== undefined && warnedAt >= expiresAt - warningMs;
}
