import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { WebSocket } from "ws";

/** A browser without a window that takes pictures of parts of one page. */
export type Camera = {
  /** The nth element of a selector, as a PNG at twice its size, and its width as it is shown. */
  take(selector: string, nth: number): Promise<{ png: Buffer; width: number }>;
  close(): Promise<void>;
};

const programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

// The page before this one may still be there for a moment.
const isLoaded = `new Promise((done) => { const look = () =>
  document.readyState === "complete" && location.href !== "about:blank" ? done() : setTimeout(look, 20);
  look(); })`;

/** Around each picture, in CSS pixels. */
const margin = 12;

type Answer = { id?: number; result?: Record<string, unknown>; error?: { message: string } };

/** Opens a page in Chromium with a profile of its own; undefined where there is no Chromium. */
export async function openCamera(url: string, profile: string): Promise<Camera | undefined> {
  const program = programs.find((path) => existsSync(path));
  if (program === undefined) return undefined;
  const flags = [
    "--headless=new",
    "--no-sandbox",
    "--remote-debugging-port=0",
    "--hide-scrollbars",
    "--disable-lcd-text",
  ];
  const browser = spawn(program, [...flags, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const page = await connect(await pageOf(browser));
  const metrics = { width: 860, height: 800, deviceScaleFactor: 2, mobile: false };
  await page.send("Emulation.setDeviceMetricsOverride", metrics);
  await page.send("Page.navigate", { url });
  await page.evaluate(isLoaded);
  // The shadow of one modal falls on nothing else.
  await page.evaluate(`for (const entry of document.querySelectorAll(".g-entry"))
    entry.style.marginBottom = "120px"`);

  return {
    async take(selector, nth) {
      const rectangle = `(() => {
        const element = document.querySelectorAll(${JSON.stringify(selector)})[${nth}];
        const { x, y, width, height } = element.getBoundingClientRect();
        const most = Math.max(...[...element.children].map((one) => one.getBoundingClientRect().right));
        return { x: x + scrollX - ${margin}, y: y + scrollY - ${margin},
          width: Math.min(width, most - x) + ${2 * margin}, height: height + ${2 * margin} };
      })()`;
      // What the expression above answers with.
      const clip = (await page.evaluate(rectangle)) as Record<
        "x" | "y" | "width" | "height",
        number
      >;
      const shot = await page.send("Page.captureScreenshot", {
        ...{ format: "png", captureBeyondViewport: true, optimizeForSpeed: false },
        clip: { ...clip, scale: 1 },
      });
      return { png: Buffer.from(String(shot["data"]), "base64"), width: Math.round(clip.width) };
    },
    async close() {
      page.close();
      const ended = new Promise((resolve) => void browser.once("close", resolve));
      browser.kill("SIGTERM");
      await ended;
    },
  };
}

/** The address at which the browser's one page takes orders. */
async function pageOf(browser: ChildProcess): Promise<string> {
  let said = "";
  const port = await new Promise<string>((resolve, reject) => {
    browser.once("close", () => reject(new Error(`The browser ended: ${said}`)));
    browser.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const pages: unknown = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  // Chromium describes its pages so.
  const [page] = (pages as { type: string; webSocketDebuggerUrl: string }[]).filter(
    ({ type }) => type === "page",
  );
  if (page === undefined) throw new Error("The browser has no page");
  return page.webSocketDebuggerUrl;
}

async function connect(address: string) {
  const socket = new WebSocket(address);
  await new Promise<void>((resolve) => void socket.once("open", () => resolve()));
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  socket.on("message", (data) => {
    // Chromium answers in JSON with the id that it was asked with.
    const answer = JSON.parse(String(data)) as Answer;
    waiting.get(answer.id ?? 0)?.(answer);
  });

  async function send(method: string, params: Record<string, unknown> = {}) {
    last += 1;
    const id = last;
    const answered = new Promise<Answer>((resolve) => void waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const { result = {}, error } = await answered;
    if (error !== undefined) throw new Error(`Cannot ${method}: ${error.message}`);
    return result;
  }

  return {
    send,
    async evaluate(expression: string): Promise<unknown> {
      const params = { expression, awaitPromise: true, returnByValue: true };
      const { result } = await send("Runtime.evaluate", params);
      // The answer to what is evaluated is a value under this name.
      return (result as { value?: unknown }).value;
    },
    close: () => socket.close(),
  };
}
