import { fc } from "../../../fast-check.ts";
import { describe, expect, it } from "vitest";
import { renderMessage, renderView } from "../../../../src/simulators/slack/page/frames.ts";
import { galleryPage } from "../../../../src/simulators/slack/page/gallery.ts";
import { renderBlocks } from "../../../../src/simulators/slack/page/render-blocks.ts";
import {
  inputElements,
  accessories,
  knownBlocks,
  modal,
  plain,
  untypedBlocks,
} from "../blocks/samples.ts";
import { readMarkup } from "./markup.ts";

const attacks = [
  `"><script>alert(1)</script>`,
  `' onmouseover='alert(1)`,
  `" onclick="alert(1)`,
  `</textarea></option></select></title></style><img src=x onerror=alert(1)>`,
  `<javascript:alert(1)|click>`,
  `<https://e.com/"onclick="alert(1)|x>`,
  `[x](javascript:alert(1)) ![y](https://e.com/"><b>)`,
  `javascript:alert(1)`,
  `data:text/html,<script>alert(1)</script>`,
  `#aabbcc;background:url(https://e.com)`,
  `*<b>* _&lt;script&gt;_ \`<i>\` \`\`\`<pre>\`\`\` &gt; > <!date^1^{date}^javascript:x|<b>>`,
  `# <h1>\n- <li>\n> <q>\n| <td> |\n|---|\n| & |\n\`\`\`\n</pre>`,
  `__proto__`,
  `constructor`,
  `\u0000<\u0000script>`,
];

const blocks = [
  ...Object.values(knownBlocks),
  ...Object.values(untypedBlocks),
  ...Object.values(inputElements).map((element) => ({ type: "input", label: plain("x"), element })),
  ...Object.values(accessories).map((accessory) => ({
    type: "section",
    text: plain("x"),
    accessory,
  })),
];

/** The same, with every text in it but the types replaced; or every text, and the types too. */
function poison(value: unknown, text: string, types: boolean): unknown {
  if (typeof value === "string") return text;
  if (Array.isArray(value)) return value.map((each) => poison(each, text, types));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => [
      key,
      key === "type" && !types ? each : poison(each, text, types),
    ]),
  );
}

const names = { U1: attacks[0] ?? "" };
const everyFrame = (shown: readonly unknown[], text: string) => [
  renderBlocks(shown, { interactive: true, names }),
  renderBlocks(shown, { interactive: false, names }),
  renderMessage(
    { blocks: shown, text, attachments: [{ text, color: text }] },
    { interactive: true, names, name: text, avatar: text, isApp: true, time: text },
  ),
  renderView(
    { ...modal, title: plain(text), submit: plain(text), blocks: shown },
    {
      ...{ interactive: true, appName: text },
    },
  ),
  renderView({ type: "home", blocks: shown }, { interactive: true, appName: text }),
];

describe("a hostile text", () => {
  for (const attack of attacks) {
    it(`injects nothing: ${JSON.stringify(attack)}`, () => {
      for (const types of [false, true]) {
        const shown = blocks.map((block) => poison(block, attack, types));
        for (const markup of everyFrame(shown, attack))
          expect(() => readMarkup(markup)).not.toThrow();
      }
    });
  }

  it("is still shown as it is", () => {
    const header = { type: "header", text: plain(attacks[0] ?? "") };
    expect(readMarkup(renderBlocks([header], { interactive: false })).text).toContain(attacks[0]);
  });

  it("does not get out of a gallery's title or its styles", () => {
    const page = galleryPage([{ title: attacks[3] ?? "", html: "" }]);
    expect(page).not.toContain("<img");
    expect(page.match(/<\/style>/g)).toHaveLength(1);
  });
});

describe("arbitrary input", () => {
  const word = fc.constantFrom(
    ...attacks,
    "*",
    "_",
    "~",
    "`",
    "```",
    ">",
    "<",
    "|",
    ":",
    "\n",
    "a",
  );
  const texts = fc.array(word, { maxLength: 12 }).map((words) => words.join(""));

  it("gives plain markup, whatever it is", () => {
    fc.assert(
      fc.property(texts, fc.jsonValue(), fc.constantFrom(...blocks), (text, value, block) => {
        const shown = [
          poison(block, text, false),
          value,
          { ...block, elements: value, text: value },
        ];
        for (const markup of everyFrame(shown, text))
          expect(() => readMarkup(markup)).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  it("that is no JSON is left out", () => {
    const odd = [
      undefined,
      null,
      1n,
      Symbol("x"),
      () => 1,
      new Map(),
      [],
      "x",
      { type: "toString" },
    ];
    expect(renderBlocks(odd, { interactive: true })).toBe("");
  });

  it("does not lead it deep", () => {
    let nested: unknown = knownBlocks.divider;
    let list: unknown = { type: "text", text: "x" };
    for (let level = 0; level < 50_000; level += 1) {
      nested = { ...knownBlocks.container, child_blocks: [nested] };
      list = { type: "rich_text_list", style: "bullet", elements: [list] };
    }
    const rich = { type: "rich_text", elements: [list] };
    const carousel = { type: "carousel", elements: [nested] };
    expect(renderBlocks([nested, rich, carousel], { interactive: true }).length).toBeLessThan(5000);
  });

  it("takes time in proportion to its length", () => {
    // A quadratic pattern would take minutes for these, and the test its time limit.
    const signs = [
      "*",
      "*a ",
      "_",
      "~ ",
      "`",
      "```",
      "<",
      "<a",
      "[",
      "[](",
      "](",
      ":",
      ":a",
      "|",
      "-|\n",
      "**",
    ];
    for (const sign of [
      ...signs,
      "> \n",
      "# ",
      "\n",
      "- \n",
      "<!date^1^{",
      "& ",
      "((",
      "*_~",
      "1. a\n",
    ]) {
      const text = sign.repeat(Math.ceil(100_000 / sign.length));
      const shown = [
        { type: "markdown", text },
        { type: "section", text: { type: "mrkdwn", text } },
      ];
      expect(renderBlocks(shown, { interactive: false }).length).toBeGreaterThan(0);
    }
  });
});
