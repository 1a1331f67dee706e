import type { App } from "@slack/bolt";
import type { SlackPorts } from "../ports.ts";
import { readGroupChange, readHome, readText } from "../receiving/events.ts";
import { createSeen } from "../receiving/seen.ts";
import { readCommand, readForm, readMenu, readPress } from "../receiving/requests.ts";
import type { Identity } from "../identity/identity.ts";
import { mentionText } from "./mention-text.ts";
import type { Router } from "./router.ts";

type Parts = {
  router: Router;
  identity: Identity;
  /** Undefined while Slack does not say it. */
  botUserId: () => Promise<string | undefined>;
};

/**
 * Hears everything there is with few listeners, for each is asked about each request. The admission
 * has acknowledged them, but for forms and menus, whose answer is part of it.
 */
export function listen(app: App, ports: Pick<SlackPorts, "report" | "clock">, parts: Parts): void {
  const { router, identity, botUserId } = parts;
  const any = /^/;
  const heard = createSeen(ports.clock, { forMs: 10 * 60_000, max: 10_000 });

  app.command(any, ({ body }) => router.command(readCommand(body)));
  app.action(any, ({ body }) => router.press(readPress(body)));
  app.view({ callback_id: any, type: "view_submission" }, async ({ body, ack }) => {
    const request = readForm(body);
    const errors = router.check(request);
    if (errors !== undefined && Object.keys(errors).length > 0) {
      return ack({ response_action: "errors", errors });
    }
    await ack();
    await router.submit(request);
  });
  app.options(any, async ({ body, ack }) => {
    await ack({ options: await router.choices(readMenu(body)) });
  });
  app.event("app_mention", ({ body }) => hear(body));
  app.event("message", async ({ body, event }) => {
    if (event.channel_type === "im") await hear(body);
  });
  app.event("app_home_opened", async ({ body }) => {
    const origin = readHome(body);
    if (origin !== undefined) await router.home(origin);
  });
  app.event("subteam_members_changed", async ({ body }) => {
    await identity.groupChanged(readGroupChange(body));
  });
  for (const name of ["app_uninstalled", "tokens_revoked"] as const) {
    app.event(name, async () => {
      ports.report(new Error(`Slack says "${name}": install the app anew`), "the Slack app");
    });
  }

  async function hear(body: unknown): Promise<void> {
    const request = readText(body);
    if (request === undefined || heard.add(request.key) !== "new") return;
    const botUser = await botUserId();
    if (request.userId === botUser) return;
    const text = mentionText(request.text, botUser ?? "");
    await router.text({ ...request, text });
  }
}
