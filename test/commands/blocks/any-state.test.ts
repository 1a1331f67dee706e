import { fc } from "../../fast-check.ts";
import { describe, expect, it } from "vitest";
import { approvalMessage, outcomeWords } from "../../../commands/blocks/approval.ts";
import { actions, message, section } from "../../../commands/blocks/elements.ts";
import { endingMessage } from "../../../commands/blocks/ending.ts";
import { finishMessage } from "../../../commands/blocks/finish.ts";
import { operationButtons, operationLines } from "../../../commands/blocks/operations.ts";
import { planBlocks } from "../../../commands/blocks/plan.ts";
import { answeredMessage, questionMessage } from "../../../commands/blocks/question.ts";
import { readingMessage } from "../../../commands/blocks/reading.ts";
import { statusMessage } from "../../../commands/blocks/status.ts";
import { stepLines, stepsBlock } from "../../../commands/blocks/steps.ts";
import { thopterMessage } from "../../../commands/blocks/thopter.ts";
import { thopterDataTable, thopterLines, thopterTable } from "../../../commands/blocks/thopters.ts";
import { answerForm } from "../../../commands/forms/answer-form.ts";
import { countForm } from "../../../commands/forms/count-form.ts";
import { destroyForm } from "../../../commands/forms/destroy-form.ts";
import { provisionForm } from "../../../commands/forms/provision-form.ts";
import { tellForm } from "../../../commands/forms/tell-form.ts";
import type { Message } from "../../../commands/message.ts";
import {
  approval,
  now,
  operation,
  people,
  plan,
  question,
  status,
  thopter,
  words,
} from "./any-records.ts";
import { harmIn, problemsIn, problemsInView } from "../validity.ts";

/** What Slack would refuse in a message, and what of others would mean something in it. */
const faultsIn = (shown: Message): string[] => [...problemsIn(shown), ...harmIn(shown)];

function holds<T>(arbitrary: fc.Arbitrary<T>, check: (one: T) => void): void {
  const property = fc.property(arbitrary, (one) => {
    check(one);
  });
  fc.assert(property, { numRuns: 30 });
}

describe("in any state", () => {
  it("an approval is a message that Slack takes", () => {
    holds(approval, (one) => {
      expect(faultsIn(approvalMessage(one, people, now))).toEqual([]);
      expect(faultsIn(message(outcomeWords(one, people)))).toEqual([]);
    });
  });

  it("an operation is", () => {
    holds(operation, (one) => {
      expect(
        faultsIn(message("x", [stepsBlock(one, now), ...actions(...operationButtons(one))])),
      ).toEqual([]);
      expect(faultsIn(message("x", stepLines(one, now)))).toEqual([]);
    });
    holds(fc.array(operation, { maxLength: 60, minLength: 1 }), (all) =>
      expect(faultsIn(message("x", operationLines(all, now)))).toEqual([]),
    );
  });

  it("a thopter is, with its question, its work and its end", () => {
    holds(fc.tuple(thopter, operation, words), ([one, made, text]) => {
      expect(faultsIn(thopterMessage(one, { now, operation: made }))).toEqual([]);
      expect(faultsIn(finishMessage(made, one))).toEqual([]);
      expect(faultsIn(finishMessage(made, one, { pullRequest: text, forOwner: true }))).toEqual([]);
      expect(faultsIn(endingMessage(one, now))).toEqual([]);
      for (const what of ["screen", "log", "diff"] as const) {
        const answer = { thopterName: one.name, what, text, truncated: true };
        expect(faultsIn(readingMessage(answer, one))).toEqual([]);
      }
    });
  });

  it("a question is, and its answer", () => {
    holds(fc.tuple(thopter, question, words), ([one, asked, answer]) => {
      expect(faultsIn(questionMessage(one, asked))).toEqual([]);
      expect(faultsIn(answeredMessage(one, { question: asked, answer, by: "<@U1>" }))).toEqual([]);
      expect(problemsInView(answerForm(one, asked))).toEqual([]);
      expect(problemsInView(tellForm(one))).toEqual([]);
    });
  });

  it("the fleet is, as tables and as lines", () => {
    holds(fc.array(thopter, { minLength: 1, maxLength: 150 }), (all) => {
      const { block, shown } = thopterDataTable(all, "thopters");
      expect(shown).toBeGreaterThan(0);
      expect(faultsIn(message("x", [block]))).toEqual([]);
      expect(faultsIn(message("x", [thopterTable(all).block]))).toEqual([]);
      expect(faultsIn(message("x", thopterLines(all, 60)))).toEqual([]);
      expect(problemsInView(destroyForm(all, new Map()))).toEqual([]);
    });
    holds(fc.tuple(status, fc.array(approval, { maxLength: 8 })), ([one, approvals]) =>
      expect(faultsIn(statusMessage(one, approvals))).toEqual([]),
    );
  });

  it("a plan is, and the forms that want it confirmed", () => {
    holds(plan, (one) => {
      expect(faultsIn(message("x", planBlocks(one)))).toEqual([]);
      expect(problemsInView(countForm("th:x", one, "note"))).toEqual([]);
    });
  });

  it("the form for a new thopter is, whatever there is to choose from", () => {
    holds(fc.tuple(words, fc.nat(150), fc.boolean()), ([text, many, isTyped]) => {
      const numbers = Array.from({ length: many }, (_, number) => number);
      const variable = { name: "v".repeat(50), required: true };
      const offer = {
        templates: numbers.map((number) => ({
          ...{ name: `${"t".repeat(50)}/${number}`, description: text },
          variables: [variable, { ...variable, default: text }],
        })),
        identities: numbers.map((number) => ({
          ...{ id: `i${number}`, name: `identity-${number}`, ownerId: "p", ownerName: text },
          ...{ mine: number % 2 === 0, shared: true, isDefault: number === 3, hasHome: true },
          ...{ isHubDefault: false, variables: [], updatedAt: 1 },
        })),
      };
      const name = `x${text.slice(0, 74)}`;
      const typed = isTyped ? { template: name, identity: name, variables: { a: text } } : {};
      const form = provisionForm({ task: text, repository: text, ...typed }, offer);
      expect(problemsInView(form)).toEqual([]);
      expect(form.private_metadata?.length).toBeLessThanOrEqual(2500);
    });
  });

  it("fifty rows of the longest names fit in one table", () => {
    const long = "😀".repeat(5000);
    holds(thopter, (one) => {
      const longest = { ...one, name: long, ownerName: long, repository: long, mine: false };
      const { shown } = thopterDataTable(
        Array.from({ length: 50 }, () => longest),
        "x",
      );
      expect(shown).toBe(50);
    });
  });

  it("our own links and mentions stay whole where a text is cut", () => {
    const shown = section(`${"x".repeat(2995)}<@U1234567>&amp;`);
    expect(shown.text?.text).toMatch(/^x+…$/);
    expect(shown.text?.text.length).toBeLessThanOrEqual(3000);
  });
});
