import type { Option } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { UserError } from "../../src/core/errors.ts";
import type { Ask } from "../ask.ts";
import { ids } from "../blocks/actions.ts";
import { message } from "../blocks/elements.ts";
import type { CommandPorts } from "../command-ports.ts";
import { askAdminId } from "../identity/ask-an-admin.ts";
import type { Admitted, Identity } from "../identity/identity.ts";
import type {
  CommandRequest,
  FormRequest,
  MenuRequest,
  Origin,
  PressRequest,
  TextRequest,
} from "../receiving/requests.ts";
import { createAnswering, homeAnswers } from "./answers.ts";
import { brokenOff } from "./broken-off.ts";
import type { Carried } from "./carried.ts";
import type { AskParts } from "./ask.ts";
import { createAsk, createPress, createSubmission } from "./ask.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Perform } from "./perform.ts";
import { noRole } from "./text-router.ts";
import type { TextRouter } from "./text-router.ts";

/** Where each request goes once it was acknowledged. Nothing here throws. */
export type Router = {
  command(request: CommandRequest): Promise<void>;
  text(request: TextRequest): Promise<void>;
  press(request: PressRequest): Promise<void>;
  /** What is wrong with a form, by block; judged at once. */
  check(request: FormRequest): Readonly<Record<string, string>> | undefined;
  submit(request: FormRequest): Promise<void>;
  choices(request: MenuRequest): Promise<Option[]>;
  home(origin: Origin): Promise<void>;
};

export type RouterParts = {
  catalogue: Catalogue;
  identity: Identity;
  texts: TextRouter;
  perform: Perform;
  carried: Carried;
  client: WebClient;
};

/** Menus have room for no more. */
const mostChoices = 100;
const withoutRole = new Set<string>([askAdminId, ids.help]);

type Work = (parts: AskParts, admitted: Admitted) => Promise<void>;

export function createRouter(ports: CommandPorts, parts: RouterParts): Router {
  const { catalogue, identity, texts, perform, carried, client } = parts;
  const answering = createAnswering(ports, ports.options, client);

  async function threadThopterOf({ channel, thread }: Origin): Promise<string | undefined> {
    if (channel === undefined || thread === undefined) return undefined;
    return ports.cards.threadThopter(channel, thread);
  }

  /** Lets the asker in, then does the work; whatever goes wrong is said to them. */
  function serve(origin: Origin, what: { via: Ask["via"]; about: string }, work: Work) {
    const answers =
      what.via === "home"
        ? { ...answering(origin), ...homeAnswers(client, origin.userId) }
        : answering(origin);
    const asker: { whisper: Ask["whisper"]; caller?: Ask["caller"] } = { whisper: answers.whisper };
    return perform.run(asker, what.about, async (signal) => {
      const admitted = await identity.admit(origin);
      asker.caller = admitted.caller;
      const { via } = what;
      const given = { origin, admitted, via, signal, answers, client, carried };
      const go = async (): Promise<void> =>
        work({ ...given, threadThopter: await threadThopterOf(origin) }, admitted);
      // What App Home shows is looked up anew each time.
      await (via === "home" ? go() : once(given, go));
    });
  }

  /** Runs a request unless it ran before, on this hub or the one before it. */
  async function once(
    { origin, signal, answers }: Pick<AskParts, "origin" | "signal" | "answers">,
    go: () => Promise<void>,
  ): Promise<void> {
    const before = await arrival(origin);
    if (before === "done") return;
    try {
      await (before === "never" ? go() : answers.whisper(brokenOff));
    } catch (error) {
      // A refusal is an answer, too.
      if (error instanceof UserError && !signal.aborted) await noteDone(origin);
      throw error;
    }
    // What the hub gave up to stop was not carried out.
    if (!signal.aborted) await noteDone(origin);
  }

  /** A disk that takes no notes keeps nobody from looking. */
  async function arrival(origin: Origin): ReturnType<Carried["arrive"]> {
    try {
      return await carried.arrive(origin);
    } catch (error) {
      ports.report(error, "noting that a request came from Slack");
      return "never";
    }
  }

  async function noteDone(origin: Origin): Promise<void> {
    try {
      await carried.finish(origin);
    } catch (error) {
      ports.report(error, "noting a request from Slack");
    }
  }

  return {
    command: (request) =>
      serve(request, { via: "command", about: "a command" }, (given, { hasNoRole }) =>
        texts.run(createAsk(given), request.text, hasNoRole),
      ),
    text: (request) =>
      serve(request, { via: "mention", about: "a mention" }, (given, { hasNoRole }) =>
        texts.run(createAsk(given), request.text, hasNoRole),
      ),
    press(request) {
      const button = catalogue.button(request.id);
      // Slack tells of links too, which are open by now.
      if (button === undefined && request.isLink) return Promise.resolve();
      return serve(request, { via: "button", about: request.id }, async (given, { hasNoRole }) => {
        const press = createPress(given, request);
        if (hasNoRole && !withoutRole.has(request.id)) return press.whisper(noRole());
        if (button === undefined) return press.whisper(oldButton());
        await button.run(ports, press);
      });
    },
    check({ id, values, note }) {
      try {
        return catalogue.form(id)?.check?.(values, note);
      } catch (error) {
        // The form closes; what is wrong with it is said when it runs.
        ports.report(error, `Slack: the check of ${id}`);
        return undefined;
      }
    },
    submit: (request) =>
      serve(request, { via: "form", about: request.id }, async (given, { hasNoRole }) => {
        const submission = createSubmission(given, request);
        if (hasNoRole) return submission.whisper(noRole());
        const form = catalogue.form(request.id);
        if (form === undefined) return submission.whisper(oldButton());
        await form.run(ports, submission);
      }),
    async choices(request) {
      const menu = catalogue.menu(request.id);
      let found: Option[] = [];
      // A menu has no room for words: whoever may not choose finds nothing to choose.
      const silent = { whisper: () => Promise.resolve() };
      await perform.run(silent, request.id, async (signal) => {
        const admitted = await refusedAsUndefined(identity.admit(request));
        if (menu === undefined || admitted === undefined || admitted.hasNoRole) return;
        const answers = answering(request);
        const threadThopter = await threadThopterOf(request);
        const given = {
          origin: request,
          admitted,
          threadThopter,
          signal,
          answers,
          client,
          carried,
        };
        found = await menu.choices(ports, createAsk({ ...given, via: "form" }), request.typed);
      });
      return found.slice(0, mostChoices);
    },
    home: (origin) =>
      serve(
        origin,
        { via: "home", about: "App Home" },
        async ({ answers }, { user, hasNoRole }) => {
          if (hasNoRole) return answers.whisper(noRole());
          await ports.cards.homeOpened(user);
        },
      ),
  };
}

async function refusedAsUndefined(admitting: Promise<Admitted>): Promise<Admitted | undefined> {
  try {
    return await admitting;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function oldButton() {
  return message(
    "Nothing was done: this hub does not know that button any more. Use `/thopter help` to see how to ask anew.",
  );
}
