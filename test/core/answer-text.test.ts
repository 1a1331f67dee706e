import { describe, expect, it } from "vitest";
import { describeMore, readAnswer } from "../../src/core/answer-text.ts";
import type { Question } from "../../src/core/thopter.ts";

const yesNo: Question = { text: "May I?", hash: "h", choices: ["Yes", "No"] };
const colors: Question = { text: "Which?", hash: "h", choices: ["Red", "Blue", "blue"] };
const fruits: Question = { ...colors, choices: ["Apple", "Fig, dried"], several: true };
const who: Question = { text: "Who?", hash: "h" };
const mayRefuse: Question = { ...yesNo, words: "No, " };

describe("an answer", () => {
  it.each<{ what: string; question: Question; text: string; choices: string[]; words?: string }>([
    { what: "a choice", question: yesNo, text: " Yes ", choices: ["Yes"] },
    { what: "a choice in another case", question: yesNo, text: "yes", choices: ["Yes"] },
    { what: "that very choice first", question: colors, text: "blue", choices: ["blue"] },
    { what: "any words without choices", question: who, text: "a\n b", choices: [], words: "a b" },
    {
      ...{ what: "several choices, each once and in its own order", question: fruits },
      ...{ text: "fig, dried;Apple; apple;", choices: ["Apple", "Fig, dried"] },
    },
    {
      ...{ what: "words beside several choices", question: { ...fruits, words: "" } },
      ...{ text: "Apple; a; b", choices: ["Apple"], words: "a; b" },
    },
    {
      ...{ what: "words in place of one choice", question: { ...colors, words: "" } },
      ...{ text: "Red; or so", choices: [], words: "Red; or so" },
    },
    {
      ...{ what: "words behind a beginning", question: mayRefuse },
      ...{ text: "no: use make", choices: [], words: "use make" },
    },
    { what: "the refusal alone", question: mayRefuse, text: "no", choices: ["No"] },
  ])("is $what", ({ question, text, choices, words }) => {
    const given = { choices, ...(words !== undefined && { words }) };
    expect(readAnswer(question, text)).toEqual(given);
  });

  it.each<[string, Question, string]>([
    ["no words", { ...colors, words: "" }, " \n"],
    ["nothing but separators", { ...fruits, words: "" }, " ; ;"],
    ["another choice", yesNo, "Maybe"],
    ["another among several", fruits, "Apple; Durian"],
    ["several where one is taken", yesNo, "Yes; No"],
    ["consent in other words", mayRefuse, "Yes, do it"],
    ["a word that only begins like the refusal", mayRefuse, "Nothing"],
    ["a refusal that ends in nothing", mayRefuse, "No, ."],
  ])("is never %s", (_what, question, text) => {
    expect(readAnswer(question, text)).toBeUndefined();
  });

  it("is described by what it may be beside a choice", () => {
    expect(describeMore(yesNo)).toBeUndefined();
    expect(describeMore({ ...who, words: "" })).toBeUndefined();
    expect(describeMore({ ...fruits, words: "" })).toBe(
      'several of them with ";" between, or words of your own',
    );
    expect(describeMore(mayRefuse)).toBe('"No, " and words of your own');
  });
});
