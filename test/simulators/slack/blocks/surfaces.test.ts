import { describe, expect, it } from "vitest";
import { validateMessage, validateView } from "../../../../src/simulators/slack/blocks/validate.ts";
import {
  accessories,
  home,
  inputElements,
  knownBlocks,
  modal,
  plain,
  untypedBlocks,
} from "./samples.ts";

const surfaces = {
  message: (block: unknown) => validateMessage({ blocks: [block] }),
  modal: (block: unknown) => validateView({ ...modal, blocks: [block] }),
  home: (block: unknown) => validateView({ ...home, blocks: [block] }),
};
type Surface = keyof typeof surfaces;

const all: Surface[] = ["message", "modal", "home"];
const places: Record<keyof typeof knownBlocks | keyof typeof untypedBlocks, Surface[]> = {
  ...{ actions: all, card: all, container: all, context: all, divider: all, header: all },
  ...{ image: all, input: all, rich_text: all, section: all, video: all },
  ...{ alert: ["modal"], carousel: ["message", "home"], table: ["message", "home"] },
  ...{ call: ["message"], context_actions: ["message"], data_table: ["message"] },
  ...{ data_visualization: ["message"], file: ["message"], markdown: ["message"] },
  ...{ plan: ["message"], task_card: ["message"] },
};
const samples: Record<string, unknown> = { ...knownBlocks, ...untypedBlocks };

describe("a block on a surface", () => {
  for (const [type, allowed] of Object.entries(places)) {
    for (const surface of all) {
      const stands = allowed.includes(surface);
      it(`${stands ? "lets" : "does not let"} ${type} stand in a ${surface}`, () => {
        const problems = surfaces[surface](samples[type]);
        const found = stands ? [] : ["/blocks/0/type"];
        expect(problems.map(({ pointer }) => pointer)).toEqual(found);
        for (const { message } of problems) expect(message).toContain(`${type} cannot stand in `);
      });
    }
  }

  it("has a sample for every type there is", () => {
    expect(Object.keys(samples).toSorted()).toEqual(Object.keys(places).toSorted());
  });

  it("holds for the blocks inside a container", () => {
    const container = { ...knownBlocks.container, child_blocks: [knownBlocks.table] };
    expect(surfaces.message(container)).toEqual([]);
    expect(surfaces.modal(container)).toEqual([
      {
        pointer: "/blocks/0/child_blocks/0/type",
        message: "table cannot stand in modals, only in messages and home tabs",
      },
    ]);
  });
});

describe("an element on a surface", () => {
  const input = (element: unknown) => ({ type: "input", label: plain("It"), element });

  for (const [type, element] of Object.entries(inputElements)) {
    it(`takes ${type} in an input of a modal`, () => {
      expect(surfaces.modal(input(element))).toEqual([]);
    });
  }

  for (const [type, element] of Object.entries(accessories)) {
    it(`takes ${type} as the accessory of a section`, () => {
      const section = { type: "section", text: plain("It"), accessory: element };
      for (const surface of all) expect(surfaces[surface](section)).toEqual([]);
    });
  }

  it("takes what a person presses, chooses or picks in actions", () => {
    const { image: _image, ...pressed } = accessories;
    const { datetimepicker, rich_text_input: words } = inputElements;
    for (const element of [...Object.values(pressed), datetimepicker, words]) {
      for (const surface of all) {
        expect(surfaces[surface]({ type: "actions", elements: [element] })).toEqual([]);
      }
    }
  });

  it("takes a file input in modals alone", () => {
    const files = input(inputElements.file_input);
    expect(surfaces.home(files)).toEqual([
      {
        pointer: "/blocks/0/element/type",
        message: "file_input cannot stand in home tabs, only in modals",
      },
    ]);
    expect(surfaces.message(files)).toHaveLength(1);
  });

  it("is refused where its block does not take it", () => {
    const elements = [inputElements.plain_text_input];
    const [problem] = surfaces.message({ type: "actions", elements });
    expect(problem?.pointer).toBe("/blocks/0/elements/0/type");
    expect(problem?.message).toMatch(
      /^actions elements\[0\] is "plain_text_input"; must be one of /,
    );
    const accessory = inputElements.datetimepicker;
    expect(surfaces.modal({ type: "section", text: plain("x"), accessory })).toHaveLength(1);
    expect(surfaces.modal(input(accessories.button))).toHaveLength(1);
    expect(surfaces.modal(input(accessories.overflow))).toHaveLength(1);
  });
});
