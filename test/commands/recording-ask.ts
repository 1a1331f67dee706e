import type { Button as ButtonElement, ModalView } from "@slack/types";
import type { Ask, FormValues, Press, Submission } from "../../commands/ask.ts";
import type { Cards } from "../../commands/cards/cards.ts";
import type { CommandPorts } from "../../commands/command-ports.ts";
import type { SlackCommand } from "../../commands/define-command.ts";
import { createFeatures } from "../../commands/features.ts";
import type { Message } from "../../commands/message.ts";
import { parseRequest } from "../../commands/parse/request.ts";
import { UserError } from "../../src/core/errors.ts";
import { settle } from "../manual-clock.ts";
import { callers, startRig } from "../fleet/rig.ts";
import type { Rig, RigOptions } from "../fleet/rig.ts";
import { problemsIn, problemsInView } from "./validity.ts";

const features = createFeatures();
const commands: readonly SlackCommand[] = features.flatMap(({ command }) => command ?? []);

/** Everything that a person got to see of one request, in order. */
export type Seen = {
  whispers: Message[];
  replaced: Message[];
  dismissed: boolean;
  /** The contents of the modal, the newest last. */
  views: ModalView[];
  /** The words of a refusal. */
  refused: string | undefined;
  /** What a form says is wrong, by block. */
  errors: Readonly<Record<string, string>> | undefined;
};

type Who = "ann" | "ben" | "ada" | "abe" | "vera";
type Place = Partial<Pick<Ask, "channel" | "thread" | "threadThopter" | "via" | "key">>;

/** A Slack workspace's people before the real fleet: what they write, press and submit, and what they see. */
export type Desk = {
  rig: Rig;
  ports: CommandPorts;
  /** What the cards were given, in order. */
  followed: (readonly string[])[];
  shownApprovals: string[];
  answered: Parameters<Cards["answered"]>[0][];
  type(who: Who, text: string, place?: Place): Promise<Seen>;
  press(
    who: Who,
    button: ButtonElement | { id: string; value: string },
    place?: Place,
  ): Promise<Seen>;
  submit(who: Who, view: ModalView | undefined, values: FormValues): Promise<Seen>;
  choices(who: Who, menuId: string, typed: string): Promise<string[]>;
};

export async function startDesk(options: RigOptions = {}): Promise<Desk> {
  const rig = await startRig(options);
  const followed: Desk["followed"] = [];
  const shownApprovals: string[] = [];
  const answered: Desk["answered"] = [];
  const cards: Cards = {
    record: () => [],
    follow: async (_ask, { operationIds }) => void followed.push(operationIds),
    showApproval: async (_ask, id) => void shownApprovals.push(id),
    showsApproval: async () => false,
    answered: async (answer) => void answered.push(answer),
    threadThopter: async () => undefined,
    homeOpened: async () => undefined,
    start: async () => undefined,
    stop: async () => undefined,
  };
  const ports: CommandPorts = {
    fleet: rig.fleet,
    people: rig.fleet.slackPeople,
    store: rig.store,
    clock: rig.clock,
    newId: () => "id",
    redact: (text) => text,
    report: (error) => {
      throw error;
    },
    cards,
    options: {
      botToken: "t",
      signingSecret: "s",
      appToken: undefined,
      apiUrl: undefined,
      channel: undefined,
      channels: [],
      admins: [],
      operators: [],
      defaultRole: "viewer",
    },
    post: async () => undefined,
  };
  let requests = 0;

  function askOf(who: Who, place: Place): { ask: Ask; seen: Seen } {
    const seen: Seen = {
      whispers: [],
      replaced: [],
      dismissed: false,
      views: [],
      refused: undefined,
      errors: undefined,
    };
    const show = (message: Message, where: Message[]): void => {
      refuse(problemsIn(message), message);
      where.push(message);
    };
    const put = (view: ModalView): void => {
      refuse(problemsInView(view), view);
      seen.views.push(view);
    };
    requests += 1;
    const ask: Ask = {
      caller: { ...callers[who], front: "slack" },
      user: { teamId: "T1", userId: `U${who.toUpperCase()}`, name: who, role: callers[who].role },
      channel: "C1",
      thread: undefined,
      threadThopter: undefined,
      carriedOut: () => [],
      onlyOnce: async () => undefined,
      via: "command",
      key: `request-${requests}`,
      signal: new AbortController().signal,
      whisper: async (message) => show(message, seen.whispers),
      replace: async (message) => show(message, seen.replaced),
      async dismiss() {
        seen.dismissed = true;
      },
      async openModal(view) {
        if (ask.via === "mention") return undefined;
        put(view);
        return { update: async (next) => put(next) };
      },
      ...place,
    };
    return { ask, seen };
  }

  async function attempt(seen: Seen, work: () => Promise<void>): Promise<Seen> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      seen.refused = error.message;
    }
    await settle();
    return seen;
  }

  return {
    rig,
    ports,
    followed,
    shownApprovals,
    answered,
    async type(who, text, place = {}) {
      const { ask, seen } = askOf(who, place);
      const requested = parseRequest(text, commands);
      if (requested.kind !== "run") throw new Error(`Not a command: ${JSON.stringify(requested)}`);
      return attempt(seen, () => requested.command.run(ports, ask, requested.typed));
    },
    async press(who, pressed, place = {}) {
      const { ask, seen } = askOf(who, { via: "button", ...place });
      const isElement = "action_id" in pressed || "type" in pressed;
      const id = isElement ? pressed.action_id : pressed.id;
      const button = features.flatMap(({ buttons = [] }) => buttons).find((one) => one.id === id);
      if (button === undefined) throw new Error(`No such button: ${id}`);
      const press: Press = {
        ...ask,
        value: pressed.value ?? "",
        message: { channel: "C1", ts: "1.1", isEphemeral: true },
      };
      return attempt(seen, () => button.run(ports, press));
    },
    async submit(who, view, values) {
      const { ask, seen } = askOf(who, { via: "form" });
      if (view === undefined) throw new Error("There is no form");
      const forms = features.flatMap((one) => one.forms ?? []);
      const form = forms.find(({ id }) => id === view.callback_id);
      if (form === undefined) throw new Error(`No such form: ${view.callback_id}`);
      seen.errors = form.check?.(values, view.private_metadata ?? "");
      if (seen.errors !== undefined) return seen;
      const submission: Submission = { ...ask, values, note: view.private_metadata ?? "" };
      return attempt(seen, () => form.run(ports, submission));
    },
    async choices(who, menuId, typed) {
      const menus = features.flatMap((one) => one.menus ?? []);
      const menu = menus.find(({ id }) => id === menuId);
      const found = await menu?.choices(ports, askOf(who, {}).ask, typed);
      return (found ?? []).map(({ value }) => value ?? "");
    },
  };
}

/** Stops a test that would show people what Slack refuses. */
function refuse(problems: readonly string[], shown: unknown): void {
  if (problems.length === 0) return;
  throw new Error(
    `Slack would refuse this: ${problems.join("; ")} ${JSON.stringify(shown).slice(0, 2000)}`,
  );
}

/** The buttons in a message or modal, by their words. */
export function buttonsIn(
  shown: { blocks?: readonly unknown[] } | undefined,
): Map<string, ButtonElement> {
  const found = new Map<string, ButtonElement>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (typeof value === "object" && value !== null) {
      if (isButton(value)) found.set(value.text.text, value);
      Object.values(value).forEach(look);
    }
  };
  look(shown?.blocks ?? []);
  return found;
}

function isButton(value: object): value is ButtonElement {
  return "type" in value && value.type === "button";
}

export function mustFind(
  shown: { blocks?: readonly unknown[] } | undefined,
  words: string,
): ButtonElement {
  const buttons = buttonsIn(shown);
  const found = buttons.get(words);
  if (found !== undefined) return found;
  throw new Error(`No button "${words}", only ${[...buttons.keys()].join(", ")}`);
}

/** All text that a message or modal shows, joined. */
export function textIn(shown: { text?: string; blocks?: readonly unknown[] } | undefined): string {
  const texts: string[] = [];
  const look = (value: unknown, key: string): void => {
    if (typeof value === "string" && (key === "text" || key === "title" || key === "caption"))
      texts.push(value);
    else if (Array.isArray(value)) value.forEach((one) => look(one, key));
    else if (typeof value === "object" && value !== null) {
      for (const [name, one] of Object.entries(value)) look(one, name);
    }
  };
  look(shown?.blocks ?? [], "");
  return texts.join("\n").replaceAll(/[\u2060*]/g, "");
}
