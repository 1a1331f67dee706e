import { describe, expect, it } from "vitest";
import { describeMore, readAnswer, writeAnswer } from "../../src/core/answer-text.ts";
import type { Question } from "../../src/core/thopter.ts";

const yesNo: Question = { text: "May I?", hash: "h", choices: ["Yes", "No"] };
const colors: Question = { text: "Which?", hash: "h", choices: ["Red", "Blue", "blue"] };
const fruits: Question = { ...colors, choices: ["Apple", "Fig, dried"], several: true };
const who: Question = { text: "Who?", hash: "h" };
const mayRefuse: Question = { ...yesNo, words: "No, " };
const counts: Question = { ...colors, choices: ["1", "3", "#1"], words: "" };
const parted: Question = { ...colors, choices: ["A", "B", "A; B", "C"], several: true };

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
    { what: "a choice by its number", question: colors, text: "3", choices: ["blue"] },
    { what: "a choice by its marked number", question: counts, text: "#2", choices: ["3"] },
    { what: "a choice that is a number", question: counts, text: "3", choices: ["3"] },
    { what: "a number that is no choice", question: counts, text: "2", choices: [], words: "2" },
    { what: "several numbers", question: parted, text: "#4 #1, #3", choices: ["A", "A; B", "C"] },
    { what: "numbers beside words", question: parted, text: "2;c", choices: ["B", "C"] },
    {
      what: "one with a separator, alone",
      question: colorsParted(),
      text: "X;  y",
      choices: ["x; Y"],
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
    ["one of two in another case", { ...colors, words: "" }, "BLUE"],
    ["a number behind the last", { ...colors, words: "" }, "#4"],
    ["a number where there is none", { ...fruits, words: "" }, "Apple; #3"],
    ["numbers where one is taken", { ...colors, words: "" }, "#1; #2"],
    ["what is one choice and two", parted, "A; B"],
    ["what may be parts of a choice", { ...parted, words: "" }, "a;b; C"],
    ["a choice that is called like another's number", counts, "#1"],
  ])("is never %s", (_what, question, text) => {
    expect(readAnswer(question, text)).toBeUndefined();
  });

  it("is described by what it may be beside a choice", () => {
    expect(describeMore(yesNo)).toBe("its number, such as 2");
    expect(describeMore({ ...yesNo, choices: ["1", "3"] })).toBe('its number, such as "#2"');
    expect(describeMore(parted)).toBe(
      'its number, such as 2, or several by number with ";" between',
    );
    expect(describeMore({ ...who, words: "" })).toBeUndefined();
    expect(describeMore({ ...fruits, words: "" })).toBe(
      'its number, such as 2, or several of them with ";" between, or words of your own',
    );
    expect(describeMore(mayRefuse)).toBe('its number, such as 2, or "No, " and words of your own');
  });

  it("is written so that it is read as it was meant", () => {
    expect(writeAnswer(colors, { choices: ["blue"] })).toBe("blue");
    expect(writeAnswer(counts, { choices: ["#1"] })).toBe("#3");
    expect(writeAnswer(parted, { choices: ["A; B", "C"] })).toBe("#3; #4");
    expect(writeAnswer(mayRefuse, { choices: [], words: "use make" })).toBe("No, use make");
    const words = { choices: ["Apple"], words: "a; b" };
    expect(writeAnswer({ ...fruits, words: "" }, words)).toBe("Apple; a; b");
  });
});

function colorsParted(): Question {
  return { ...parted, choices: ["x; Y", "z"], several: true };
}
