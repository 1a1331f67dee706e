import { existsSync, readFileSync } from "node:fs";
import { parse, parseDocument, stringify } from "yaml";
import { z } from "zod";
import { UserError } from "../../core/errors.ts";

/** Where the hub takes requests from Slack. */
const requestPath = "/slack/events";

const scopesSchema = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
});

/** The Slack app as the package describes it: from the source, and from wherever it was compiled to. */
export function readManifest(): string {
  let file = new URL("manifest.yml", import.meta.url);
  while (!existsSync(file) && file.pathname !== "/manifest.yml") {
    file = new URL("../manifest.yml", file);
  }
  return readFileSync(file, "utf8");
}

export function parseManifest(text: string): unknown {
  return parse(text);
}

/** The same app for a hub that Slack reaches at this address, over HTTP instead of Socket Mode. */
export function forHttp(manifest: string, publicUrl: string): string {
  const requestUrl = requestUrlOf(publicUrl);
  const document = parseDocument(manifest);
  document.commentBefore = " The Slack app, for a hub that Slack reaches over HTTP.";
  document.setIn(["settings", "socket_mode_enabled"], false);
  document.setIn(["features", "slash_commands", 0, "url"], requestUrl);
  document.setIn(["settings", "interactivity", "request_url"], requestUrl);
  document.setIn(["settings", "interactivity", "message_menu_options_url"], requestUrl);
  document.setIn(["settings", "event_subscriptions", "request_url"], requestUrl);
  return document.toString({ lineWidth: 100 });
}

/** A page at Slack that makes the app, filled in. */
export function createAppLink(manifest: string): string {
  // Without comments, for an address has only so much room.
  const text = stringify(parse(manifest), { lineWidth: 0 });
  return `https://api.slack.com/apps?new_app=1&manifest_yaml=${encodeURIComponent(text)}`;
}

export function scopesOf(manifest: string): string[] {
  return scopesSchema.parse(parse(manifest)).oauth_config.scopes.bot;
}

function requestUrlOf(publicUrl: string): string {
  const isSecure = /^https:/i.test(publicUrl) && URL.canParse(publicUrl);
  if (isSecure) return new URL(requestPath, publicUrl).href;
  throw new UserError(
    `Cannot use "${publicUrl}" for --http: give the address where Slack reaches the hub, such as https://hub.example.com.`,
  );
}
