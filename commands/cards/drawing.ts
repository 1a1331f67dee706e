import type { Card, CardSubject } from "../../src/core/card.ts";
import { UserError } from "../../src/core/errors.ts";
import { operationIs } from "../../src/core/operation.ts";
import type { OperationView, ThopterDetail } from "../../src/core/ports/fleet.ts";
import { approvalMessage } from "../blocks/approval.ts";
import { context } from "../blocks/elements.ts";
import { finishMessage } from "../blocks/finish.ts";
import { operationLines } from "../blocks/operations.ts";
import { mention } from "../blocks/text.ts";
import type { Message } from "../message.ts";
import type { SlackPorts } from "../ports.ts";
import { pullRequestsOf } from "./pull-requests.ts";
import { countWords, operationsMessage, provisionMessage } from "./request-message.ts";
import { system } from "./sights.ts";
import type { Sight, Sights } from "./sights.ts";
import {
  askingInPublic,
  askingMessage,
  isAsked,
  isEnding,
  warningMessage,
} from "./thopter-messages.ts";

/** A card's newest state. */
export type Drawing = {
  /** The message at a time: the same state at the same time is the same message. */
  draw(now: number): Message;
  /** Nothing more will come of it. */
  isLast: boolean;
  /** Not worth posting where it was not posted yet. */
  isStale: boolean;
};

export type Drawer = {
  /** "later" where something must be read first, "never" where there is nothing to show any more. */
  look(card: Card): Promise<Drawing | "later" | "never">;
};

type Parts = {
  ports: Pick<SlackPorts, "fleet" | "people">;
  sights: Sights;
  /** A thopter with the state of its clone, once that was read. */
  detailOf(thopterId: string): ThopterDetail | "later" | "never";
};

/** Reads what a card is about and shows it. It only reads: every state can be shown anew at any time. */
export function createDrawer({ ports, sights, detailOf }: Parts): Drawer {
  const { fleet, people } = ports;

  const operationsOf = (ids: readonly string[]): Promise<OperationView[]> =>
    Promise.all(ids.map((id) => fleet.getOperation(system, id)));

  async function request({
    operationIds,
    thopterId,
    askedBy,
  }: CardSubject & { kind: "request" }): Promise<Drawing> {
    const operations = await operationsOf(operationIds);
    const [first] = operations;
    const areOver = operations.every(operationIs.finished);
    if (first === undefined || thopterId === undefined) {
      return {
        draw: (now) => operationsMessage(operations, { askedBy, now }),
        isLast: areOver,
        isStale: false,
      };
    }
    const thopter = sights.get(thopterId) ?? (areOver ? await findLiving(thopterId) : undefined);
    return {
      draw: (now) => provisionMessage(first, thopter, { askedBy, now }),
      isLast: areOver && thopter === undefined,
      isStale: false,
    };
  }

  /** One that was not seen is gone, or the watch of the fleet is behind: its record says which. */
  async function findLiving(thopterId: string): Promise<Sight | undefined> {
    const thopter = await fleet.getThopter(system, thopterId);
    return thopter.status === "gone" ? undefined : thopter;
  }

  async function approval({ approvalId }: CardSubject & { kind: "approval" }): Promise<Drawing> {
    const view = await fleet.getApproval(system, approvalId);
    const operations = await operationsOf(view.operationIds);
    const draw = (now: number): Message => {
      const shown = approvalMessage(view, people, now);
      if (operations.length === 0) return shown;
      const blocks = [...(shown.blocks ?? []), ...operationLines(operations, now)];
      return { text: `${shown.text} ${countWords(operations)}`, blocks: blocks.slice(0, 50) };
    };
    return {
      draw,
      isLast: view.status !== "pending" && operations.every(operationIs.finished),
      isStale: view.status === "denied" || view.status === "expired",
    };
  }

  async function finish(
    { operationId, thopterId }: CardSubject & { kind: "finish" },
    { isDirect, userId }: Card,
  ): Promise<Drawing | "later" | "never"> {
    const thopter = detailOf(thopterId);
    if (typeof thopter === "string") return thopter;
    const operation = await fleet.getOperation(system, operationId);
    // What took its time is the work, not the provision.
    const finishedAt = Math.max(operation.finishedAt ?? 0, thopter.agentState?.since ?? 0);
    const links = pullRequestsOf(thopter);
    const shown = finishMessage({ ...operation, finishedAt }, thopter, {
      pullRequest: links,
      forOwner: isDirect && people.accountOf(thopter.ownerId)?.userId === userId,
    });
    // In a thread nobody is told of it who is not called.
    const message = isDirect || userId === undefined ? shown : calling(userId, shown);
    return { draw: () => message, isLast: true, isStale: thopter.status === "gone" };
  }

  async function lookAt(card: Card): Promise<Drawing | "later" | "never"> {
    const { subject } = card;
    switch (subject.kind) {
      case "request":
        return request(subject);
      case "approval":
        return approval(subject);
      case "finish":
        return finish(subject, card);
      case "question": {
        const thopter = sights.get(subject.thopterId);
        const isLast = subject.answered !== undefined || !isAsked(subject, thopter);
        const message = card.isDirect
          ? askingMessage(subject, thopter, people)
          : askingInPublic(subject, thopter, people);
        return { draw: () => message, isLast, isStale: isLast };
      }
      case "warning": {
        const thopter = sights.get(subject.thopterId);
        // A destroy that fails leaves the thopter to its life.
        const mayCome = thopter?.status === "destroying" || isEnding(subject, thopter);
        const draw = (now: number): Message => warningMessage(subject, thopter, now);
        return { draw, isLast: !mayCome, isStale: !mayCome };
      }
      case "thread":
        return "never";
    }
  }

  return {
    async look(card) {
      try {
        return await lookAt(card);
      } catch (error) {
        // Its records are forgotten by now.
        if (error instanceof UserError && error.code === "not_found") return "never";
        throw error;
      }
    },
  };
}

function calling(userId: string, { text, blocks = [] }: Message): Message {
  const call = mention(userId);
  return { text: `${call} ${text}`, blocks: [context(call), ...blocks] };
}
