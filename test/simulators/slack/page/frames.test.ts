import { describe, expect, it } from "vitest";
import { renderMessage, renderView } from "../../../../src/simulators/slack/page/frames.ts";
import { galleryPage } from "../../../../src/simulators/slack/page/gallery.ts";
import { home, knownBlocks, modal } from "../blocks/samples.ts";
import { readMarkup } from "./markup.ts";

const author = { interactive: true, name: "thopter", isApp: true, time: "10:42" };
const view = { interactive: true, appName: "thopter" };

describe("a message", () => {
  it("shows who wrote it and when, and its blocks instead of its text", () => {
    const { text } = readMarkup(
      renderMessage({ text: "fallback", blocks: [knownBlocks.header] }, author),
    );
    expect(text).toMatch(/T\s*thopter\s*APP\s*10:42\s*Fleet 🚀/);
    expect(text).not.toContain("fallback");
  });

  it("has the first letter of a name as its avatar, whatever that is", () => {
    const avatar = (name: string) =>
      readMarkup(renderMessage({ text: "x" }, { ...author, name })).text.slice(0, 2);
    expect([avatar("ann"), avatar("🚁 hub"), avatar("")]).toEqual(["Aa", "🚁", "AP"]);
  });

  it("shows its text without blocks, its attachments, and that it is for one alone", () => {
    const attachments = [
      { color: "danger", text: "*failed*" },
      { color: "#00ff00", blocks: [knownBlocks.header] },
    ];
    const markup = renderMessage(
      { text: "hello", attachments },
      { ...author, isApp: false, ephemeral: true },
    );
    const { text, tags } = readMarkup(markup);
    expect(text).toContain("Only visible to you");
    expect(text).toContain("hello");
    expect(text).not.toContain("APP");
    expect(tags.filter(({ name }) => name === "b").map((tag) => tag.text)).toContain("failed");
    expect(markup).toContain("border-color:#a30200");
    expect(markup).toContain("border-color:#00ff00");
  });
});

describe("a view", () => {
  it("is a modal with its title and buttons", () => {
    const { tags } = readMarkup(renderView(modal, view));
    const buttons = tags.filter(({ attributes }) => attributes.has("data-view-action"));
    expect(buttons.map((tag) => [tag.attributes.get("data-view-action"), tag.text])).toEqual([
      ["close", "Keep"],
      ["submit", "Destroy"],
    ]);
    const { submit: _submit, close: _close, ...bare } = modal;
    const plainButtons = readMarkup(renderView(bare, { ...view, interactive: false })).tags;
    expect(plainButtons.filter(({ name }) => name === "button").map((tag) => tag.text)).toEqual([
      "Close",
    ]);
  });

  it("is a home tab under the app's name", () => {
    expect(readMarkup(renderView(home, view)).text).toMatch(
      /thopter\s*Home\s*Messages\s*About\s*Fleet/,
    );
  });

  it("keeps its radio buttons apart from those of others", () => {
    for (const markup of [renderMessage({ text: "x" }, author), renderView(modal, view)]) {
      const form = readMarkup(markup).tags.find(({ name }) => name === "form");
      expect(form?.attributes.get("method")).toBe("dialog");
    }
  });
});

describe("a gallery", () => {
  it("is one document with everything in it, and no script", () => {
    const entry = { title: "A <message>", html: renderMessage({ text: "hello" }, author) };
    const page = galleryPage([entry, { ...entry, title: "Another" }]);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain("A &lt;message&gt;");
    expect(page).toContain(entry.html);
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page).not.toMatch(/<script|<link|src=|@import|url\(/);
  });
});
