import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../src/core/redact.ts";

// Put together here, so that no scanner takes this file for a leak.
const long = "abcdefghij0123456789ABCDEFGHIJ";
const credentials = [
  `thp_person_${long}`,
  `thp_agent_${long}`,
  ...["ghp", "gho", "ghu", "ghs", "ghr"].map((prefix) => `${prefix}_${long}`),
  `github_pat_${long}`,
  `glpat-${long}`,
  `npm_${long}`,
  ...["xoxa", "xoxb", "xoxe", "xoxp", "xoxr", "xoxs", "xapp"].map((prefix) => `${prefix}-${long}`),
  `sk-ant-${long}`,
  `sk-proj-${long}`,
  `FlyV1 fm2_${long}`,
  `fo1_${long}`,
  `fm2_${long}`,
  ["AKIA", "ABCDEFGH12345678"].join(""),
];

describe("the redactor, without any settings,", () => {
  const redact = createRedactor([]);

  it.each(credentials)("knows %s", (secret) => {
    for (const text of [secret, `TOKEN=${secret}`, `"${secret}",`, `a ${secret}\nb`]) {
      const clean = redact(text);
      expect(clean).toContain("[redacted]");
      expect(clean).not.toContain(long.slice(0, 12));
      expect(clean).not.toContain("ABCDEFGH1234");
    }
  });

  it("knows tokens of our own in the middle of a word", () => {
    expect(redact(`keythp_agent_${long}`)).toBe("key[redacted]");
  });

  it("knows the logins of headers", () => {
    expect(redact(`authorization: bearer ${long}`)).toBe("authorization: bearer [redacted]");
    expect(redact("Authorization: Basic dXNlcjpwYXNzd29yZA==")).toBe(
      "Authorization: Basic [redacted]",
    );
  });

  it("knows the logins of addresses, whatever is in the password", () => {
    expect(redact("https://user:pass@host/x")).toBe("https://[redacted]@host/x");
    expect(redact("https://user:p@ss@host/x")).toBe("https://[redacted]@host/x");
    expect(redact("https://:pass@host/x")).toBe("https://[redacted]@host/x");
    expect(redact(`https://${long}@host/x`)).toBe("https://[redacted]@host/x");
  });

  it("knows private keys, cut off ones too", () => {
    const begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    const end = "-----END OPENSSH PRIVATE KEY-----";
    expect(redact(`a\n${begin}\nb3BlbnNz\n${end}\nc`)).toBe("a\n[redacted]\nc");
    expect(redact(`${begin}\nb3BlbnNz`)).toBe("[redacted]");
    expect(redact(JSON.stringify(`${begin}\nb3BlbnNz\n${end}`))).toBe('"[redacted]"');
  });

  it("leaves ordinary text alone", () => {
    for (const text of [
      "ssh://git@github.com/owner/name.git",
      "http://127.0.0.1:7777/mcp",
      '{"url":"http://127.0.0.1:7777","by":"ann@example.com"}',
      "the task-list of risk-averse people is 20 characters long",
      "Bearer of news",
      "9fceb02d0ae598e95dc970b74767f19372d61af8",
      "thopter/amber-falcon",
      "",
    ]) {
      expect(redact(text)).toBe(text);
    }
  });
});

describe("the redactor, with settings,", () => {
  it("hides each of them, the longer first", () => {
    const redact = createRedactor(["hunter2", "hunter2-and-more"]);
    expect(redact("hunter2 hunter2-and-more xhunter2x")).toBe("[redacted] [redacted] x[redacted]x");
  });

  it("hides them in JSON and in addresses", () => {
    const secret = 'pa"ss\\wo rd/ü';
    const redact = createRedactor([secret]);
    for (const text of [secret, JSON.stringify({ secret }), encodeURIComponent(secret)]) {
      expect(redact(text)).not.toMatch(/pa.*rd/);
    }
  });

  it("takes them for text, not for patterns", () => {
    expect(createRedactor(["a.c$&(+"])("abc$&(+ a.c$&(+")).toBe("abc$&(+ [redacted]");
  });

  it("does not hide every letter for the sake of a short one", () => {
    expect(createRedactor(["", "ab", "abcde"])("abcdefg")).toBe("abcdefg");
  });

  it("leaves nothing of a secret, wherever it stands", () => {
    const secret = fc.string({ minLength: 8, maxLength: 30, unit: "grapheme" });
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (hidden, before, after) => {
        fc.pre(hidden.length >= 6 && !"[redacted]".includes(hidden));
        const clean = createRedactor([hidden])(`${before}${hidden}${after}${hidden}`);
        expect(clean.replaceAll("[redacted]", "")).not.toContain(hidden);
      }),
    );
  });
});

it("reads a million characters at once, however they are made", () => {
  const redact = createRedactor(["some secret"]);
  const texts = [
    "://".repeat(3e5),
    `://a:${"b".repeat(1e6)}`,
    `://${"a:".repeat(5e5)}`,
    "://a:b".repeat(2e5),
    "a".repeat(1e6),
    "Bearer ".repeat(1e5),
    "thp_".repeat(2e5),
    "-----BEGIN PRIVATE KEY-----".repeat(4e4),
    `-----BEGIN ${"A ".repeat(5e5)}`,
    "sk-".repeat(3e5),
  ];
  for (const text of texts) {
    const began = performance.now();
    redact(text);
    expect(performance.now() - began, text.slice(0, 30)).toBeLessThan(500);
  }
});

describe("the redactor", () => {
  it("learns of secrets while it is in use", () => {
    const redact = createRedactor(["hunter2"]);
    const text = "hunter2, hunter2-and-more, a second one, tiny";
    expect(redact(text)).toBe("[redacted], [redacted]-and-more, a second one, tiny");
    redact.learn(["hunter2-and-more", "a second one", "tiny"]);
    redact.learn(["a second one"]);
    expect(redact(text)).toBe("[redacted], [redacted], [redacted], tiny");
    expect(createRedactor([])(text)).toBe(text);
  });
});
