import { z } from "zod";
import { personOf } from "../../src/core/actor.ts";
import { StaleWriteError, UserError } from "../../src/core/errors.ts";
import type { Person } from "../../src/core/person.ts";
import type { Ask, Press } from "../ask.ts";
import { button } from "../blocks/actions.ts";
import { actions, message, section } from "../blocks/elements.ts";
import { mention, quoted } from "../blocks/text.ts";
import type { CommandPorts } from "../command-ports.ts";
import type { Feature } from "../define-command.ts";
import type { Message } from "../message.ts";

export const askAdminId = "th:ask-admin";
const makeId = "th:make-operator";
const dismissId = "th:dismiss-role";

/** A person may ask again after an hour. */
const againMs = 60 * 60_000;
const mostAdmins = 10;

/** Someone without a role asks for one; an admin gives it with a button. */
export const askAnAdmin: Feature = {
  buttons: [
    { id: askAdminId, run: askAdmins },
    { id: makeId, run: makeOperator },
    { id: dismissId, run: dismissRequest },
  ],
};

async function askAdmins(ports: CommandPorts, press: Press): Promise<void> {
  const personId = personOf(press.caller.actor) ?? "";
  if (press.caller.role !== "viewer") {
    return press.replace(message(`You are an ${press.caller.role} already. Try again.`));
  }
  const admins = await adminsOf(ports, press);
  if (admins.length === 0 && ports.options.channel === undefined) {
    throw new UserError(
      "Cannot ask an admin: none is linked to Slack yet. Whoever runs the hub finds a code for `/thopter claim` in its banner.",
      { code: "unavailable" },
    );
  }
  if (!(await mayAskAgain(ports, personId))) {
    return press.replace(message("You asked less than an hour ago. An admin has still to answer."));
  }
  if (!(await reach(ports, admins, requestMessage(press, personId)))) {
    await ports.store.purge("setting", [settingOf(personId)]);
    throw new UserError("Cannot reach an admin in Slack now. Ask one yourself.", {
      code: "unavailable",
    });
  }
  await press.replace(message("An admin was asked to make you an operator. You will be told."));
}

/** Posts to the channel for such things, else to the admins themselves; false when that reaches nobody. */
async function reach(
  { options, post }: CommandPorts,
  admins: readonly string[],
  request: Message,
): Promise<boolean> {
  const places = options.channel === undefined ? [] : [[options.channel]];
  for (const each of [...places, admins]) {
    const sent = await Promise.allSettled(each.map((place) => post(place, request)));
    if (sent.some(({ status }) => status === "fulfilled")) return true;
  }
  return false;
}

function requestMessage({ user }: Ask, personId: string) {
  const words = `${mention(user.userId)} (${quoted(user.name, 80)}) asks to be an operator: to provision thopters, and to tell and destroy their own.`;
  return message(words, [
    section(words),
    ...actions(
      button("Make operator", { id: makeId, value: personId, style: "primary" }),
      button("Dismiss", { id: dismissId, value: personId }),
    ),
  ]);
}

/** The admins in Slack, by user id. */
async function adminsOf(
  { options, fleet }: CommandPorts,
  { caller, user }: Ask,
): Promise<string[]> {
  const people = await fleet.listPeople(caller);
  const admins = people.flatMap(({ role, slack }) =>
    role === "admin" && slack?.teamId === user.teamId ? [slack.userId] : [],
  );
  const named = options.admins.filter((id) => /^[UW]/.test(id));
  return [...new Set([...named, ...admins])].slice(0, mostAdmins);
}

const settingOf = (personId: string): string => `slack-role-request:${personId}`;

async function mayAskAgain({ store, clock }: CommandPorts, personId: string): Promise<boolean> {
  const last = await store.get("setting", settingOf(personId));
  if (last !== undefined && clock.now() - z.coerce.number().parse(last.value) < againMs)
    return false;
  const version = (last?.version ?? 0) + 1;
  const record = { id: settingOf(personId), version, value: String(clock.now()) };
  try {
    await store.commit([{ kind: "setting", record }]);
    return true;
  } catch (error) {
    // They pressed it twice.
    if (error instanceof StaleWriteError) return false;
    throw error;
  }
}

async function makeOperator(ports: CommandPorts, press: Press): Promise<void> {
  const person = await personNamed(ports, press);
  if (person.role !== "viewer") {
    return press.replace(message(`${whoIs(person)} is an ${person.role} already.`));
  }
  await ports.fleet.setRole(press.caller, { person: person.id, role: "operator" });
  await ports.store.purge("setting", [settingOf(person.id)]);
  const by = mention(press.user.userId);
  await press.replace(message(`${whoIs(person)} is an operator now, made so by ${by}.`));
  await tellAsker(ports, person, `${by} made you an operator. Try again what you wanted.`);
}

async function dismissRequest(ports: CommandPorts, press: Press): Promise<void> {
  if (press.caller.role !== "admin") {
    throw new UserError("Cannot dismiss this: only an admin may.", { code: "forbidden" });
  }
  const person = await personNamed(ports, press);
  const by = mention(press.user.userId);
  await press.replace(message(`${by} dismissed that ${whoIs(person)} becomes an operator.`));
  await tellAsker(ports, person, `${by} dismissed that you become an operator.`);
}

async function personNamed({ fleet }: CommandPorts, { caller, value }: Press): Promise<Person> {
  const people = await fleet.listPeople(caller);
  const found = people.find(({ id }) => id === value);
  if (found !== undefined) return found;
  throw new UserError("Cannot find the person who asked. They can ask again.", {
    code: "not_found",
  });
}

const whoIs = ({ slack, name }: Person): string =>
  slack === undefined ? quoted(name, 80) : mention(slack.userId);

async function tellAsker({ post }: CommandPorts, { slack }: Person, words: string): Promise<void> {
  if (slack !== undefined) await post(slack.userId, message(words));
}
