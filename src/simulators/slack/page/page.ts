import { Hono, type Context } from "hono";
import { z } from "zod";
import { messageOf } from "../../../core/errors.ts";
import type { Json } from "../json.ts";
import type { RenderBlocks } from "../options.ts";
import { actSchema, perform, type Acting } from "./acts.ts";
import { pageScript } from "./page-script.ts";
import { pageShell } from "./page-shell.ts";
import { pageState } from "./page-state.ts";
import { pageStyle } from "./page-style.ts";

const policy = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"],
  ...["img-src https: data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join("; ");

type PageOptions = {
  renderBlocks: RenderBlocks;
  blockStyles: string;
  /** What the app last offered, by action. */
  suggested: ReadonlyMap<string, Json[]>;
};

/** The page on which a person clicks through the app without Slack. */
export function createPage(simulator: Acting, options: PageOptions): Hono {
  const page = new Hono();
  page.get("/", (context) => served(context, pageShell, "text/html"));
  page.get("/page/script.js", (context) => served(context, pageScript, "text/javascript"));
  page.get("/page/style.css", (context) =>
    served(context, pageStyle + options.blockStyles, "text/css"),
  );
  page.get("/page/state", (context) => {
    const { user = "", channel = "" } = context.req.query();
    return context.json(pageState(simulator, { ...options, user, channel }));
  });
  page.post("/page/act", async (context) => {
    const act = actSchema.safeParse(await context.req.json());
    if (!act.success) return context.json({ trouble: z.prettifyError(act.error) }, 400);
    try {
      return context.json(await perform(simulator, act.data));
    } catch (error) {
      // What cannot be done is said to the person at the page.
      return context.json({ trouble: messageOf(error) }, 409);
    }
  });
  return page;
}

function served(context: Context, text: string, type: string): Response {
  return context.body(text, 200, {
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
}
