import type { ModalView } from "@slack/types";
import { describe, expect, it } from "vitest";
import { createFeatures } from "../../../commands/features.ts";
import { settle } from "../../manual-clock.ts";
import { callers } from "../../fleet/rig.ts";
import { startDesk } from "../recording-ask.ts";
import type { Desk, Seen } from "../recording-ask.ts";

const whos = ["vera", "ben", "ann", "ada"] as const;
type Who = (typeof whos)[number];

const all = "vera ben ann ada";
const acting = "ben ann ada";
const owning = "ann ada";

/** Ann's thopter asks something and has an end; her forced destroy waits to be decided; another is being made. */
type Scene = Desk & {
  id: string;
  approvalId: string;
  openId: string;
  wish: string;
  loginCode: string;
};

async function scene(): Promise<Scene> {
  const desk = await startDesk();
  const made = await desk.rig.provision(callers.ann, { name: "amber-falcon", ttlMs: 3_600_000 });
  const { id } = made;
  const question = { text: "Overwrite it?", hash: "h1", choices: ["Yes", "No"] };
  desk.rig.world.agentSays(`m-${id}`, "waiting", { question });
  desk.rig.world.held.add("create");
  await desk.rig.provision(callers.ann, { name: "jade-owl" });
  await desk.type("ann", "destroy amber-falcon --force");
  const open = await desk.rig.fleet.listOperations(callers.ann, { thopter: "jade-owl" });
  const openId = open.items[0]?.id ?? "";
  await settle();
  const login = { label: "ann@laptop", address: "::1", challenge: "c" };
  const { code: loginCode } = await desk.rig.fleet.logins.startLogin(login);
  return {
    ...desk,
    loginCode,
    id,
    approvalId: desk.shownApprovals[0] ?? "",
    openId,
    wish: `${id}\n\n0\nx`,
  };
}

const commands: Record<string, { who: string; text: string }> = {
  help: { who: all, text: "help" },
  provision: { who: acting, text: "provision x --repo o/r" },
  destroy: { who: acting, text: "destroy amber-falcon" },
  list: { who: all, text: "list" },
  status: { who: all, text: "status amber-falcon" },
  cancel: { who: owning, text: "cancel jade-owl" },
  retry: { who: "", text: "retry amber-falcon" },
  tell: { who: owning, text: "tell amber-falcon hello" },
  answer: { who: owning, text: "answer amber-falcon yes" },
  screen: { who: owning, text: "screen amber-falcon" },
  log: { who: owning, text: "log amber-falcon" },
  diff: { who: owning, text: "diff amber-falcon" },
  pause: { who: "ada", text: "pause all" },
  resume: { who: "ada", text: "resume all" },
  claim: { who: "", text: "claim nonsense" },
  login: { who: "", text: "login nonsense" },
};

/** Those that only open a form, or only look, are for all: what the form does is asked of the fleet. */
const buttons: Record<string, { who: string; value: (made: Scene) => string }> = {
  "th:help": { who: all, value: () => "help" },
  "th:provision-form": { who: all, value: () => "task:" },
  "th:list": { who: all, value: () => "{}" },
  "th:list-back": { who: all, value: () => "{}" },
  "th:status": { who: all, value: () => "now" },
  "th:show": { who: all, value: ({ id }) => id },
  "th:destroy-pick": { who: all, value: () => "pick" },
  "th:keep": { who: all, value: () => "keep" },
  "th:approval-show": { who: all, value: ({ approvalId }) => approvalId },
  "th:tell": { who: all, value: ({ id }) => id },
  "th:destroy": { who: acting, value: ({ id }) => id },
  "th:destroy-now": { who: acting, value: ({ wish }) => wish },
  "th:destroy-typed": { who: acting, value: ({ wish }) => wish },
  "th:cancel": { who: owning, value: ({ openId }) => openId },
  "th:retry": { who: "", value: ({ openId }) => openId },
  "th:screen": { who: owning, value: ({ id }) => id },
  "th:log": { who: owning, value: ({ id }) => id },
  "th:diff": { who: owning, value: ({ id }) => id },
  "th:extend": { who: owning, value: ({ id }) => id },
  "th:approve": { who: owning, value: ({ approvalId }) => approvalId },
  "th:approve-typed": { who: owning, value: ({ approvalId }) => approvalId },
  "th:deny": { who: owning, value: ({ approvalId }) => approvalId },
  "th:answer-text": { who: owning, value: ({ id }) => `${id}|h1` },
  "th:login-approve": { who: all, value: ({ loginCode }) => loginCode },
  "th:login-deny": { who: all, value: ({ loginCode }) => loginCode },
  "th:pause": { who: "ada", value: () => "all" },
  "th:resume": { who: "ada", value: () => "all" },
};
for (let index = 0; index < 10; index += 1) {
  buttons[`th:answer:${index}`] = { who: owning, value: ({ id }) => `${id}|h1` };
}

type FormCase = { who: string; note: (made: Scene) => string; values: object };
const forms: Record<string, FormCase> = {
  "th:provision-form": {
    who: acting,
    note: () => "",
    values: { task: "x", repository: "o/r", ttl: "none", priority: "normal" },
  },
  "th:destroy-form": { who: acting, note: () => "", values: { thopters: ["amber-falcon"] } },
  "th:destroy-count": { who: acting, note: ({ wish }) => wish, values: { "count:1": "1" } },
  "th:approve-count": {
    who: owning,
    note: ({ approvalId }) => approvalId,
    values: { "count:1": "1" },
  },
  "th:tell-form": { who: owning, note: ({ id }) => id, values: { text: "hello" } },
  "th:answer-form": { who: owning, note: ({ id }) => `${id}|h1`, values: { choice: "0" } },
};

async function allowed(attempt: (made: Scene, who: Who) => Promise<Seen>): Promise<string> {
  const may: string[] = [];
  for (const who of whos) {
    const { refused, errors } = await attempt(await scene(), who);
    if (refused === undefined && errors === undefined) may.push(who);
  }
  return may.join(" ");
}

const features = createFeatures();
/** What belongs to the way of asking, not to a subcommand, has tests of its own. */
const elsewhere = /^th:(?:ask-admin|make-operator|dismiss-role|meant-)/;
const idsOf = (items: readonly { id: string }[]): string[] =>
  items.map(({ id }) => id).filter((id) => !elsewhere.test(id));

describe("every subcommand, button and form", () => {
  it("is in these tables", () => {
    const names = features.flatMap(({ command }) => command?.name ?? []);
    expect(names.toSorted()).toEqual(Object.keys(commands).toSorted());
    const buttonIds = idsOf(features.flatMap((one) => one.buttons ?? []));
    expect(buttonIds.toSorted()).toEqual(Object.keys(buttons).toSorted());
    const formIds = idsOf(features.flatMap((one) => one.forms ?? []));
    expect(formIds.toSorted()).toEqual(Object.keys(forms).toSorted());
  });

  it.each(Object.entries(commands))("%s is for whom it is meant", async (_name, { who, text }) => {
    expect(await allowed((desk, asker) => desk.type(asker, text))).toBe(who);
  });

  it.each(Object.entries(buttons))("%s is for whom it is meant", async (id, { who, value }) => {
    const press = (made: Scene, asker: Who) => made.press(asker, { id, value: value(made) });
    expect(await allowed(press)).toBe(who);
  });

  it.each(Object.entries(forms))(
    "%s is for whom it is meant",
    async (id, { who, note, values }) => {
      const submit = (made: Scene, asker: Who) =>
        made.submit(asker, formOf(id, note(made)), { ...values });
      expect(await allowed(submit)).toBe(who);
    },
  );
});

function formOf(id: string, note: string): ModalView {
  const title = { type: "plain_text", text: "x" } as const;
  return { type: "modal", callback_id: id, title, blocks: [], private_metadata: note };
}
