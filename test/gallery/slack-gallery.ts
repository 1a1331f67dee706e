import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { galleryPage } from "../../src/simulators/slack/page/gallery.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { openCamera } from "./pictures.ts";
import { playAll } from "./scenario.ts";
import { smallPng } from "./small-png.ts";
import { openStage } from "./stage.ts";
import type { Picture } from "./stage.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = join(root, ".dist-gallery", "index.html");
const folder = join(root, ".github", "slack");
/** So that the README of the folder loads at once, in bytes. */
const largest = 150_000;

it("plays what a team does, and takes a picture of each message worth one", async () => {
  const stage = await openStage();
  await playAll(stage);
  expect(stage.kit.reports).toEqual([]);
  mkdirSync(join(root, ".dist-gallery"), { recursive: true });
  const entries = stage.pictures.map(({ topic, html }) => ({ title: topic, html }));
  writeFileSync(page, galleryPage(entries));
  await takePictures(stage.pictures);
});

async function takePictures(pictures: readonly Picture[]): Promise<void> {
  const camera = await openCamera(pathToFileURL(page).href, temporaryDirectory());
  // Where there is no Chromium the page is all there is.
  if (camera === undefined) return;
  onTestFinished(() => camera.close());
  mkdirSync(folder, { recursive: true });
  const lines: string[] = [];
  for (const [index, { topic, words }] of pictures.entries()) {
    const { png: plain, width } = await camera.take(".g-entry > .slack", index);
    const png = smallPng(plain);
    expect(png.byteLength, topic).toBeLessThan(largest);
    writeFileSync(join(folder, `${topic}.png`), png);
    lines.push(`${words}\n\n<img src="${topic}.png" width="${width}" alt="${topic}">\n`);
  }
  writeFileSync(join(folder, "README.md"), `${intro}\n${lines.join("\n")}`);
}

const intro = `# What Slack shows

These are the messages, forms and views that the Slack app really sends, as the simulator draws them:
\`npm run gallery\` plays a team's day with the app, the fleet and stand-in machines, and makes them anew.
`;
