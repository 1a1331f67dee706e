import { describe, expect, it } from "vitest";
import { renderBlocks } from "../../../../src/simulators/slack/page/render-blocks.ts";
import { marked, plain } from "../blocks/samples.ts";

const names = { U1: "ann", C1: "fleet" };
const inside = (block: object, open: string) => {
  const markup = renderBlocks([block], { interactive: false, names });
  const start = markup.indexOf(open) + open.length;
  return markup.slice(start);
};
const mrkdwn = (text: string) =>
  inside({ type: "section", text: marked(text) }, '<div class="s-words"><div>').replace(
    /<\/div><\/div>\s*<\/div>$/,
    "",
  );
const markdown = (text: string) =>
  inside({ type: "markdown", text }, '<div class="s-block s-block-markdown">').replace(
    /<\/div>$/,
    "",
  );

describe("mrkdwn", () => {
  const cases: [string, string][] = [
    ["*bold* _italic_ ~strike~", "<b>bold</b> <i>italic</i> <s>strike</s>"],
    ["*_both_*", "<b><i>both</i></b>"],
    ["snake_case_name 2*3*4 a*b", "snake_case_name 2*3*4 a*b"],
    ["* not bold* and *open", "* not bold* and *open"],
    ["`*code* <b>`", '<code class="s-code">*code* &lt;b&gt;</code>'],
    ["a\nb", "a<br>b"],
    ["&lt;ok&gt; &amp;amp; &quot;", "&lt;ok&gt; &amp;amp; &amp;quot;"],
    [
      "<@U1> <@U2|bob> <#C1> <!here>",
      '<span class="s-mention">@ann</span> <span class="s-mention">@bob</span> <span class="s-mention">#fleet</span> <span class="s-mention">@here</span>',
    ],
    ["<@constructor>", '<span class="s-mention">@constructor</span>'],
    ["<!subteam^S1|@leads>", '<span class="s-mention">@leads</span>'],
    [
      "<https://e.com/?a=1&amp;b=2|text>",
      '<a class="s-link" href="https://e.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">text</a>',
    ],
    [
      "<mailto:a@e.com>",
      '<a class="s-link" href="mailto:a@e.com" target="_blank" rel="noopener noreferrer">a@e.com</a>',
    ],
    ["<javascript:alert(1)|text>", "text"],
    ["&gt; one\n> two\nthree", '<blockquote class="s-quote">one<br>two</blockquote>three'],
    ["a\n```\n*x*\n```\nb", 'a<pre class="s-pre">*x*</pre>b'],
    ["a ```b", "a ```b"],
    [
      ":tada: :unknown_one: 10:30:15",
      '<span class="s-emoji">🎉</span> <span class="s-emoji">:unknown_one:</span> 10<span class="s-emoji">:30:</span>15',
    ],
    ["<!date^1790000000^{date_num} {time}|then>", "2026-09-21 14:13"],
    [
      "<!date^1790000000^{date_short_pretty}^https://e.com|then>",
      '<a class="s-link" href="https://e.com" target="_blank" rel="noopener noreferrer">Sep 21, 2026</a>',
    ],
    ["<!date^soon^{date}|then>", "then"],
  ];
  for (const [text, markup] of cases) {
    it(`renders ${JSON.stringify(text)}`, () => expect(mrkdwn(text)).toBe(markup));
  }

  it("leaves plain text plain, but for emoji", () => {
    const shown = (text: object) =>
      renderBlocks([{ type: "header", text }], { interactive: false });
    expect(shown(plain("*a* :wave: <@U1>"))).toContain(">*a* 👋 &lt;@U1&gt;<");
    expect(shown({ ...plain(":wave:"), emoji: false })).toContain(">:wave:<");
  });
});

describe("markdown", () => {
  const cases: [string, string][] = [
    [
      "**bold** *i* _i_ ~~s~~ `c`",
      '<p class="s-paragraph"><b>bold</b> <i>i</i> <i>i</i> <s>s</s> <code class="s-code">c</code></p>',
    ],
    [
      "[a](https://e.com) [b](javascript:x)",
      '<p class="s-paragraph"><a class="s-link" href="https://e.com" target="_blank" rel="noopener noreferrer">a</a> b</p>',
    ],
    ["<b>raw</b> &lt;", '<p class="s-paragraph">&lt;b&gt;raw&lt;/b&gt; &amp;lt;</p>'],
    ["one\ntwo\n\nthree", '<p class="s-paragraph">one<br>two</p><p class="s-paragraph">three</p>'],
    [
      "- a\n- [x] b\n1. c",
      '<ul class="s-list"><li>a</li><li>☑ b</li></ul><ol class="s-list"><li>c</li></ol>',
    ],
    ["> q\n---", '<blockquote class="s-quote">q</blockquote><hr class="s-divider">'],
    ["```ts\n**x**\n```\nend", '<pre class="s-pre">**x**</pre><p class="s-paragraph">end</p>'],
    ["```\nopen", '<pre class="s-pre">open</pre>'],
  ];
  for (const [text, markup] of cases) {
    it(`renders ${JSON.stringify(text)}`, () =>
      expect(markdown(text).replace(/\n\s*/g, "")).toBe(markup));
  }

  it("renders headings and tables", () => {
    expect(markdown("## Two")).toMatch(/s-heading-2" role="heading">\s*Two\s*</);
    const table = markdown("| a | b |\n|---|---|\n| 1 | 2 |").replace(/\s+</g, "<");
    expect(table).toContain("<td>a</td><td>b</td>");
    expect(table).toContain("<tbody><tr><td>1</td><td>2</td></tr></tbody>");
  });
});
