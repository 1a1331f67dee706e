import { describe, expect, it } from "vitest";
import { createFeatures } from "../../../commands/features.ts";
import { people, rightsScene, secretWords } from "./rights-scene.ts";
import type { Letter, RightsScene } from "./rights-scene.ts";

/**
 * Who may change something, or read what is the owner's, by the letters of `people`. Whoever is
 * missing gets words, or a look at what everyone may see, and nothing else.
 */
type Row = { may: string; body: (scene: RightsScene, who: Letter) => URLSearchParams };

const typed = (may: string, text: string): Row => ({
  may,
  body: (scene, who) => scene.command(who, text),
});
const pressed = (may: string, id: string, value: (scene: RightsScene) => string): Row => ({
  may,
  body: (scene, who) => scene.press(who, id, value(scene)),
});

const commands: Record<string, Row> = {
  help: typed("", "help"),
  provision: typed("owa", "provision x --repo o/r"),
  destroy: typed("oa", "destroy amber-falcon"),
  list: typed("", "list"),
  status: typed("w", "status amber-falcon"),
  cancel: typed("wa", "cancel jade-owl"),
  retry: typed("wa", "retry lost-bird"),
  tell: typed("wa", "tell amber-falcon hello"),
  answer: typed("wa", "answer amber-falcon yes"),
  screen: typed("wa", "screen amber-falcon"),
  log: typed("wa", "log amber-falcon"),
  diff: typed("wa", "diff amber-falcon"),
  pause: typed("a", "pause all"),
  resume: typed("a", "resume all"),
  claim: typed("", "claim nonsense"),
  login: { may: "", body: ({ loginCode, command }, who) => command(who, `login ${loginCode}`) },
};

const wish = ({ id }: RightsScene): string => `${id}\n\n0\nx`;
const buttonValues: Record<string, { may: string; value: (scene: RightsScene) => string }> = {
  "th:help": { may: "", value: () => "help" },
  "th:provision-form": { may: "", value: () => "task:x" },
  "th:list": { may: "", value: () => "{}" },
  "th:list-back": { may: "", value: () => "{}" },
  "th:status": { may: "", value: () => "now" },
  "th:show": { may: "w", value: ({ id }) => id },
  "th:destroy-pick": { may: "", value: () => "pick" },
  "th:keep": { may: "", value: () => "keep" },
  "th:approval-show": { may: "", value: ({ approvalId }) => approvalId },
  "th:tell": { may: "", value: ({ id }) => id },
  "th:destroy": { may: "oa", value: ({ id }) => id },
  "th:destroy-now": { may: "owa", value: wish },
  "th:destroy-typed": { may: "", value: wish },
  "th:cancel": { may: "wa", value: ({ openId }) => openId },
  "th:retry": { may: "wa", value: ({ failedId }) => failedId },
  "th:screen": { may: "wa", value: ({ id }) => id },
  "th:log": { may: "wa", value: ({ id }) => id },
  "th:diff": { may: "wa", value: ({ id }) => id },
  "th:extend": { may: "wa", value: ({ id }) => id },
  // A forced destroy is decided in the form alone.
  "th:approve": { may: "", value: ({ approvalId }) => approvalId },
  "th:approve-typed": { may: "", value: ({ approvalId }) => approvalId },
  "th:deny": { may: "wa", value: ({ approvalId }) => approvalId },
  "th:answer-text": { may: "wa", value: ({ id }) => `${id}|h1` },
  "th:login-approve": { may: "vowa", value: ({ loginCode }) => loginCode },
  "th:login-deny": { may: "vowa", value: ({ loginCode }) => loginCode },
  "th:pause": { may: "a", value: () => "all" },
  "th:resume": { may: "a", value: () => "all" },
  "th:ask-admin": { may: "vn", value: () => "role" },
  "th:make-operator": { may: "a", value: ({ newcomerId }) => newcomerId },
  "th:dismiss-role": { may: "", value: ({ newcomerId }) => newcomerId },
  "th:meant-tell": { may: "w", value: ({ doubtId }) => doubtId },
  "th:meant-destroy": { may: "w", value: ({ doubtId }) => doubtId },
};
for (let index = 0; index < 10; index += 1) {
  buttonValues[`th:answer:${index}`] = {
    may: index < 2 ? "wa" : "",
    value: ({ id }) => `${id}|h1`,
  };
}
const buttons = Object.fromEntries(
  Object.entries(buttonValues).map(([id, { may, value }]) => [id, pressed(may, id, value)]),
);

type Filled = { may: string; note: (scene: RightsScene) => string; values: object };
const formValues: Record<string, Filled> = {
  "th:provision-form": {
    ...{ may: "owa", note: () => "" },
    values: { task: "x", repository: "o/r", ttl: "none", priority: "normal" },
  },
  "th:destroy-form": { may: "oa", note: () => "", values: { thopters: ["amber-falcon"] } },
  "th:destroy-count": { may: "owa", note: wish, values: { "count:1": "1" } },
  "th:approve-count": {
    ...{ may: "wa", note: ({ approvalId }) => approvalId },
    values: { "count:1": "1" },
  },
  "th:tell-form": { may: "wa", note: ({ id }) => id, values: { text: "hello" } },
  "th:answer-form": { may: "wa", note: ({ id }) => `${id}|h1`, values: { choice: "0" } },
};
const forms = Object.fromEntries(
  Object.entries(formValues).map(([id, { may, note, values }]): [string, Row] => [
    id,
    { may, body: (scene, who) => scene.submit(who, id, { note: note(scene), values }) },
  ]),
);

/** Menus offer names of thopters, which all may see who have a role. */
const menus: Record<string, string> = { "th:thopters": "vowa" };

const rows: [string, Row][] = [
  ...Object.entries(commands).map(([name, row]): [string, Row] => [`/thopter ${name}`, row]),
  ...Object.entries(buttons).map(([id, row]): [string, Row] => [`the button ${id}`, row]),
  ...Object.entries(forms).map(([id, row]): [string, Row] => [`the form ${id}`, row]),
];
// They are the keys of `people`.
const letters = Object.keys(people) as Letter[];

const hasRole = (who: Letter): boolean => "vowa".includes(who);

/** Whether someone changed something, or got to read what is the owner's, or anything at all without a role. */
async function attempt(scene: RightsScene, who: Letter, row: Row): Promise<boolean> {
  const before = await scene.state();
  const { calls } = await scene.act(row.body(scene, who));
  if (!hasRole(who) && /amber-falcon|jade-owl|lost-bird/.test(scene.seenBy(who, calls)))
    return true;
  return (await scene.state()) !== before || JSON.stringify(calls).includes(secretWords);
}

describe("every subcommand, button, form and menu there is", () => {
  it("is in these tables", () => {
    const features = createFeatures();
    const named = <T>(items: readonly T[], keys: (item: T) => readonly string[]) =>
      items.flatMap(keys).toSorted();
    const ids = (items: readonly { id: string }[] = []) => items.map(({ id }) => id);
    expect(named(features, ({ command }) => (command === undefined ? [] : [command.name]))).toEqual(
      Object.keys(commands).toSorted(),
    );
    // These two come from the reading of mentions, not from a feature.
    const own = Object.keys(buttons).filter((id) => !id.startsWith("th:meant-"));
    expect(named(features, (one) => ids(one.buttons))).toEqual(own.toSorted());
    expect(named(features, (one) => ids(one.forms))).toEqual(Object.keys(forms).toSorted());
    expect(named(features, (one) => ids(one.menus))).toEqual(Object.keys(menus).toSorted());
  });

  it("does nothing, and shows nothing, for those who may not", { timeout: 120_000 }, async () => {
    const scene = await rightsScene();
    const wrong: string[] = [];
    for (const [name, row] of rows) {
      for (const who of letters.filter((letter) => !row.may.includes(letter))) {
        const what = `${name} for the ${people[who]}`;
        const outcome = await attempt(scene, who, row).catch((error: unknown) => String(error));
        if (outcome !== false) wrong.push(`${what}: ${String(outcome)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("offers its choices to those alone who have a role", async () => {
    const scene = await rightsScene();
    for (const [id, may] of Object.entries(menus)) {
      for (const who of letters) {
        const { body } = await scene.act(scene.suggest(who, id));
        expect(body.includes("amber-falcon"), `${id} for the ${people[who]}`).toBe(
          may.includes(who),
        );
      }
    }
  });

  const allowed = rows.flatMap(([name, row]) =>
    letters.filter((letter) => row.may.includes(letter)).map((who) => ({ name, row, who })),
  );
  it.each(allowed)("$name does its work for $who", async ({ row, who }) => {
    expect(await attempt(await rightsScene(), who, row)).toBe(true);
  });
});
