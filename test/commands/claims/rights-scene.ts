import { settle } from "../../manual-clock.ts";
import { callers } from "../../fleet/rig.ts";
import type { Json } from "../../../src/simulators/slack/json.ts";
import { startSlackKit } from "../slack-kit.ts";
import type { SlackKit } from "../slack-kit.ts";
import { commandBody, pressBody, submitBody } from "../stub-kit.ts";
import { eventually, posted, thopterNamed } from "./scene.ts";

/** Who asks, by a letter: viewer, operator, owner, admin, no role, guest, other workspace, bot, deactivated. */
export const people = {
  v: "reviewer",
  o: "lead",
  w: "developer",
  a: "admin",
  n: "newcomer",
  g: "guest",
  x: "outsider",
  b: "robot",
  d: "former",
} as const;
export type Letter = keyof typeof people;

/** What only those may read who may look into the thopter. */
export const secretWords = "for-the-owner-alone";

export type RightsScene = SlackKit & {
  id: string;
  approvalId: string;
  /** A provision that runs, and one that failed. */
  openId: string;
  failedId: string;
  doubtId: string;
  newcomerId: string;
  /** Of a command line that waits to be linked. */
  loginCode: string;
  /** What is on record and what agents heard, as text. */
  state(): Promise<string>;
  /** Sends what someone did, waits until they are answered, and answers with what Slack was sent. */
  act(body: URLSearchParams): Promise<{ body: string; calls: Json[] }>;
  /** Those of the calls that someone got to see. */
  seenBy(who: Letter, calls: readonly Json[]): string;
  command(who: Letter, text: string): URLSearchParams;
  press(who: Letter, id: string, value: string): URLSearchParams;
  submit(who: Letter, id: string, form: { note: string; values: object }): URLSearchParams;
  suggest(who: Letter, id: string): URLSearchParams;
};

let views = 0;
const nowhere = { responseUrl: () => "" };
const answering = /^(?:chat\.(?:post|update)|views\.|response_url)/;

/**
 * The developer's thopter asks something and has an end; its forced destroy waits to be decided;
 * another is being made, a third failed; nothing new is provisioned for now.
 */
export async function rightsScene(): Promise<RightsScene> {
  const kit = await startSlackKit({
    prepare({ workspace }) {
      workspace.addUser({ name: "robot", isBot: true });
      const { id } = workspace.addUser({ name: "newcomer" });
      workspace.channel("general").members.add(id);
    },
    options: () => ({ defaultRole: "none" }),
  });
  const { rig, slack } = kit;
  const owner = kit.as("developer");
  const ask = async (text: string) => {
    await owner.command("/thopter", text);
    await settle();
  };
  await ask("provision mend it --repo owner/gate --name amber-falcon --ttl 1h");
  const { id, machineId = "" } = await ready(kit, "amber-falcon");
  rig.world.screen = rig.world.diff = rig.world.output = secretWords;
  rig.world.faults.set("launch", new Error("it broke"));
  await ask("provision x --repo owner/gate --name lost-bird --keep-on-failure");
  const failedId = await operationOf(kit, "lost-bird", "failed");
  rig.world.faults.clear();
  rig.world.held.add("create");
  await ask("provision x --repo owner/gate --name jade-owl");
  const openId = await operationOf(kit, "jade-owl", "running");
  const card = await posted(kit, /\*amber-falcon\* is ready/);
  await owner.mention("general", "destroy the old cache code", { threadTs: card.ts });
  const doubtId = await eventually(kit, async () => {
    const settings = await rig.store.list("setting", { after: "slack-doubt:" });
    return settings
      .find((one) => one.id.startsWith("slack-doubt:"))
      ?.id.slice("slack-doubt:".length);
  });
  const question = { text: `Overwrite ${secretWords}?`, hash: "h1", choices: ["Yes", "No"] };
  rig.world.agentSays(machineId, "waiting", { question });
  await ask("destroy amber-falcon --force");
  const approvalId = await eventually(kit, async () => (await rig.store.list("approval"))[0]?.id);
  await eventually(kit, async () => (await rig.thopter(id)).agentState?.question?.hash);
  const personOf = (name: string): Promise<string> =>
    eventually(kit, async () => {
      const userId = slack.workspace.user(name).id;
      const persons = await rig.store.list("person");
      return persons.find((one) => one.slack?.userId === userId)?.id;
    });
  // Each is known from their first request on.
  for (const who of ["reviewer", "newcomer", "lead", "admin"]) {
    await kit.as(who).command("/thopter", "help");
    await personOf(who);
  }
  const newcomerId = await personOf("newcomer");
  await rig.fleet.setRole(callers.ada, { person: await personOf("reviewer"), role: "viewer" });
  await rig.fleet.pause(callers.ada, "provision");
  const login = { label: "ann@laptop", address: "::1", challenge: "c" };
  const { code: loginCode } = await rig.fleet.logins.startLogin(login);
  await rig.clock.advance(3000);
  const url = slack.deliveries()[0]?.request?.url ?? "";

  const of = (who: Letter) => {
    const user = slack.workspace.user(people[who]);
    return { id: user.id, team_id: user.teamId };
  };
  const place = { team: { id: slack.workspace.team.id }, channel: { id: channelIn(kit) } };
  const interaction = (payload: object) =>
    new URLSearchParams({ payload: JSON.stringify(payload) });

  async function send(body: URLSearchParams): Promise<string> {
    const contentType = "application/x-www-form-urlencoded";
    const answer = await slack.raw(slack.sign({ url, body: body.toString(), contentType }));
    if (answer.status === 200) return answer.body;
    throw new Error(`Answered with ${answer.status}`);
  }

  return {
    ...{ ...kit, id, approvalId, openId, failedId, doubtId, newcomerId, loginCode },
    async state() {
      const lists = ["operation", "approval", "thopter", "person", "setting"] as const;
      const all = await Promise.all(lists.map((kind) => rig.store.list(kind)));
      // That a request came is noted whatever became of it.
      const records = all.flat().filter((one) => !one.id.startsWith("slack-carried:"));
      const { lanes } = await rig.fleet.status(callers.ada);
      const paused = lanes.map((lane) => lane.paused);
      const { told, answered } = rig.world;
      const logins = (await rig.store.list("audit")).filter(({ action }) =>
        action.startsWith("login"),
      );
      return JSON.stringify({ records, paused, told, answered, logins });
    },
    async act(body) {
      await rig.clock.advance(700);
      const before = slack.calls().length;
      const answer = await send(body);
      const calls = () =>
        slack
          .calls()
          .slice(before)
          .filter(({ method }) => answering.test(method));
      // Nothing is said where a whisper only goes away.
      if (answer === "" && !/th%3Akeep/.test(body.toString())) {
        await eventually(kit, () => (calls().length > 0 ? true : undefined), 100);
      }
      await settle();
      return { body: answer, calls: calls().map(({ args }) => args) };
    },
    seenBy(who, calls) {
      const { id: userId } = of(who);
      const places = [userId, slack.workspace.direct(userId).id];
      const isTheirs = ({ user, channel: at, user_id: home }: Json): boolean =>
        user === userId || places.includes(String(at)) || home === userId;
      return JSON.stringify(calls.filter(isTheirs));
    },
    command: (who, text) => {
      const { id: user_id, team_id } = of(who);
      const at = { user_id, team_id, channel_id: channelIn(kit) };
      return new URLSearchParams(commandBody(nowhere, text, at));
    },
    press: (who, actionId, value) => {
      const actions = [{ action_id: actionId, value, action_ts: "1.1", type: "button" }];
      return interaction(pressBody(nowhere, actionId, { ...place, user: of(who), actions }));
    },
    submit: (who, formId, { note, values }) => {
      const metadata = JSON.stringify({ words: note, channel: channelIn(kit) });
      const view = {
        ...{ id: `V${(views += 1)}`, hash: "1.a", type: "modal", callback_id: formId },
        ...{ private_metadata: metadata, state: { values: { block: fields(values) } } },
      };
      return interaction(submitBody(formId, { team: place.team, user: of(who), view }));
    },
    suggest: (who, actionId) =>
      interaction({
        ...{ type: "block_suggestion", ...place, user: of(who) },
        ...{ action_id: actionId, block_id: "b", value: "" },
      }),
  };
}

const channelIn = ({ slack }: SlackKit): string => slack.workspace.channel("general").id;

function ready(kit: SlackKit, name: string) {
  return eventually(kit, async () => {
    const thopter = await thopterNamed(kit, name);
    return thopter.status === "ready" ? thopter : undefined;
  });
}

function operationOf(kit: SlackKit, name: string, status: string): Promise<string> {
  return eventually(kit, async () => {
    const { id } = await thopterNamed(kit, name);
    const operations = await kit.rig.store.list("operation");
    return operations.find((one) => one.thopterId === id && one.status === status)?.id;
  });
}

/** Values of a form as Slack sends them, by action id. */
function fields(values: object): object {
  const entries = Object.entries(values).map(([actionId, value]: [string, unknown]) => [
    actionId,
    Array.isArray(value)
      ? { selected_options: value.map((one: unknown) => ({ value: one })) }
      : { value },
  ]);
  return Object.fromEntries(entries) as object;
}
