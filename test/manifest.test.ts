import type { App } from "@slack/bolt";
import { Ajv } from "ajv";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { listen } from "../commands/routing/listen.ts";
import { forHttp, readManifest } from "../src/cli/slack/manifest.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Slack's own schema; it is kept beside the repository, and not everywhere. */
const schemaFile = fileURLToPath(
  new URL("../../shared/reference/slack-manifest.schema.json", import.meta.url),
);

// What the schema asks of the parts that are used, and what it cannot say.
const httpUrl = z.url({ protocol: /^https$/ }).max(3000);
const names = z.array(z.string().min(1).max(50)).refine((all) => new Set(all).size === all.length);
const slashCommand = z.strictObject({
  command: z.literal("/thopter"),
  description: z.string().min(1).max(2000),
  usage_hint: z.string().min(1).max(1000),
  should_escape: z.literal(true),
  url: httpUrl.optional(),
});
const manifestSchema = z.strictObject({
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().min(1).max(140),
    long_description: z.string().min(175).max(4000),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    bot_user: z.strictObject({
      display_name: z.string().min(1).max(80),
      always_online: z.boolean(),
    }),
    slash_commands: z.tuple([slashCommand]),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: names }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ bot_events: names, request_url: httpUrl.optional() }),
    interactivity: z.strictObject({
      is_enabled: z.literal(true),
      request_url: httpUrl.optional(),
      message_menu_options_url: httpUrl.optional(),
    }),
    org_deploy_enabled: z.literal(false),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.literal(false),
  }),
});

const plain = readManifest();
const variants = {
  "for Socket Mode": plain,
  "for HTTP": forHttp(plain, "https://hub.example.com"),
};
const manifest = manifestSchema.parse(parse(plain));

/** The scopes that a method of the Web API needs; with none for those that need no scope. */
const scopesOfMethods: Readonly<Record<string, readonly string[]>> = {
  "auth.test": [],
  "chat.delete": ["chat:write"],
  "chat.getPermalink": [],
  "chat.postEphemeral": ["chat:write"],
  "chat.postMessage": ["chat:write"],
  "chat.update": ["chat:write"],
  // In direct messages alone: what others say in channels is not the hub's to read.
  "conversations.history": ["im:history"],
  "conversations.open": ["im:write"],
  "conversations.replies": ["im:history"],
  "usergroups.list": ["usergroups:read"],
  "usergroups.users.list": ["usergroups:read"],
  "users.info": ["users:read"],
  "views.open": [],
  "views.publish": [],
  "views.push": [],
  "views.update": [],
};

const scopesOfEvents: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  app_mention: ["app_mentions:read"],
  app_uninstalled: [],
  "message.im": ["im:history"],
  subteam_members_changed: ["usergroups:read"],
  tokens_revoked: [],
};

function mustKnow(
  table: Readonly<Record<string, readonly string[]>>,
  name: string,
): readonly string[] {
  const scopes = table[name];
  if (scopes === undefined) throw new Error(`Which scopes does "${name}" need?`);
  return scopes;
}

const families =
  /\.\s*(?<method>(?:apps|auth|bookmarks|bots|chat|conversations|files|pins|reactions|team|usergroups|users|views)\s*\.\s*\w+(?:\s*\.\s*\w+)?)\s*\(/g;

/** The methods of the Web API that the Slack front calls. */
function methodsUsed(): string[] {
  const files = readdirSync(`${root}commands`, { recursive: true, encoding: "utf8" });
  const texts = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(`${root}commands/${file}`, "utf8"));
  const calls = texts.flatMap((text) => [...text.matchAll(families)]);
  const methods = calls.map(({ groups }) => (groups?.["method"] ?? "").replaceAll(/\s/g, ""));
  for (const text of texts) expect(text).not.toMatch(/\bapiCall\b/);
  return [...new Set(methods)].toSorted();
}

type Heard = { commands: unknown[]; events: string[]; others: Set<string> };

/** What the front listens to when it is set up. */
function listenedTo(): Heard {
  const heard: Heard = { commands: [], events: [], others: new Set() };
  const note = (kind: string) => (): void => void heard.others.add(kind);
  const app = {
    command: (pattern: unknown) => void heard.commands.push(pattern),
    event: (name: string) => void heard.events.push(name === "message" ? "message.im" : name),
    action: note("action"),
    view: note("view"),
    options: note("options"),
  };
  // It only registers what it hears: none of the parts is called.
  const unused = {} as Parameters<typeof listen>[1] & Parameters<typeof listen>[2];
  listen(app as unknown as App, unused, unused);
  return heard;
}

describe.each(Object.entries(variants))("the manifest %s", (name, text) => {
  it("has everything that the app needs, within Slack's bounds", () => {
    const { settings, features } = manifestSchema.parse(parse(text));
    const { socket_mode_enabled: isSocket, event_subscriptions: events, interactivity } = settings;
    expect(isSocket).toBe(name === "for Socket Mode");
    const urls = [
      features.slash_commands[0].url,
      events.request_url,
      interactivity.request_url,
      interactivity.message_menu_options_url,
    ];
    // Slack wants them where it has to call, and refuses Socket Mode with some of them.
    const wanted = isSocket ? undefined : "https://hub.example.com/slack/events";
    expect(urls).toEqual(urls.map(() => wanted));
  });

  it("is valid by Slack's schema in ../shared/reference", ({ skip }) => {
    skip(
      !existsSync(schemaFile),
      `There is no ${schemaFile} here: only our own rules were checked`,
    );
    const schema = JSON.parse(readFileSync(schemaFile, "utf8")) as Record<string, unknown>;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
  });
});

describe("the manifest", () => {
  it("names the one command and the events that the app listens to, and no others", () => {
    const { commands, events, others } = listenedTo();
    expect(commands).toHaveLength(1);
    expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(events.toSorted());
    // Buttons, forms and menus come by interactivity.
    expect([...others].toSorted()).toEqual(["action", "options", "view"]);
  });

  it("asks for the scopes of what the app calls and hears, and no others", () => {
    const { events } = listenedTo();
    const methods = methodsUsed();
    expect(methods).toContain("chat.postMessage");
    const needed = new Set([
      "commands",
      ...methods.flatMap((method) => mustKnow(scopesOfMethods, method)),
      ...events.flatMap((event) => mustKnow(scopesOfEvents, event)),
    ]);
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...needed].toSorted());
  });
});
