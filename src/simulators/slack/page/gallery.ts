import { attributes, markup } from "./html.ts";
import { blockStyles } from "./styles.ts";

const pageStyles = `
body { margin: 0; padding: 24px 32px; background: #fff; }
.g-entry { margin: 0 0 28px; max-width: 760px; }
.g-title { font: 700 12px/1.4 Lato, Arial, sans-serif; color: #616061; text-transform: uppercase;
  letter-spacing: 0.04em; margin: 0 0 8px; }
`;

/**
 * One document with everything in it, for pictures: no script, no network. `html` is what
 * `renderBlocks`, `renderMessage` and `renderView` give.
 */
export function galleryPage(entries: readonly { title: string; html: string }[]): string {
  const parts = entries.map(
    (entry) => markup`<section class="g-entry">
      <h2 class="g-title">${entry.title}</h2>
      <div class="slack">${{ html: entry.html }}</div>
    </section>`,
  );
  const styles = { html: `${blockStyles}${pageStyles}` };
  const policy = attributes({
    "http-equiv": "Content-Security-Policy",
    content: "default-src 'none'; style-src 'unsafe-inline'",
  });
  return markup`<!doctype html>
    <html lang="en">
    <head><meta charset="utf-8"><meta${policy}><title>Blocks</title><style>${styles}</style></head>
    <body>${parts}</body>
    </html>`.html;
}
