import type { ProvisionRequest } from "../src/core/ports/fleet.ts";
import { UserError } from "../src/core/errors.ts";
import { withCard } from "./alongside.ts";
import type { Ask } from "./ask.ts";
import { button, ids } from "./blocks/actions.ts";
import { actions, message, section } from "./blocks/elements.ts";
import { code } from "./blocks/words.ts";
import { equipmentFlags, equipmentOf } from "./choose/equipment.ts";
import { flagText } from "./choose/find.ts";
import { rememberRepository, repositoryOf } from "./choose/repository.ts";
import { spanFlag } from "./choose/selection.ts";
import type { CommandPorts } from "./command-ports.ts";
import { defineCommand } from "./define-command.ts";
import type { Typed } from "./define-command.ts";
import {
  checkProvisionForm,
  longestTask,
  parsePriority,
  provisionForm,
  provisionFormId,
  requestOf,
} from "./forms/provision-form.ts";
import type { Offer } from "./forms/equipment-fields.ts";
import type { Filled } from "./forms/provision-form.ts";

/** Marks the task in the value of the button that opens the form. */
const taskMark = "task:";
/** Slack takes 2000 signs in the value of a button. */
const longestCarried = 1900;

async function run(ports: CommandPorts, ask: Ask, typed: Typed): Promise<void> {
  const task = typed.text.trim();
  const named = flagText(typed, "repo");
  const repository = named ?? (await repositoryOf(ports, ask));
  if (task === "" || repository === undefined) {
    await openForm(ports, ask, { ...equipmentOf(typed), task, repository });
    return;
  }
  await provision(ports, ask, {
    ...optionsOf(typed),
    ...equipmentOf(typed),
    task,
    repository,
  });
}

function optionsOf(typed: Typed): Partial<ProvisionRequest> {
  const labels = flagText(typed, "label")?.split(",");
  return {
    base: flagText(typed, "branch"),
    name: flagText(typed, "name"),
    labels: labels?.map((label) => label.trim()).filter((label) => label !== ""),
    ttlMs: spanFlag(typed, "ttl"),
    priority: parsePriority(flagText(typed, "priority")),
    keepOnFailure: typed.flags["keep-on-failure"] === true ? true : undefined,
  };
}

/** Asks for the thopter; its card says the rest to everyone. */
async function provision(ports: CommandPorts, ask: Ask, request: ProvisionRequest): Promise<void> {
  const keyed = { ...request, key: ask.key };
  const { operation } = await ports.fleet.provision(ask.caller, keyed, withCard(ports, ask));
  await ports.cards.follow(ask, { operationIds: [operation.id] });
  if (!(await rememberRepository(ports, ask, request.repository))) return;
  const words = `${code(request.repository)} is this channel's repository from now on: \`--repo\` is needed for others only.`;
  await ask.whisper(message(words));
}

async function openForm(
  ports: CommandPorts,
  ask: Ask,
  { task, ...given }: Filled & { task: string },
): Promise<void> {
  // A task that the form could only hold in part is not cut: it is asked for again.
  if (task.length <= longestTask) {
    const filled = task === "" ? given : { ...given, task };
    const form = provisionForm(filled, await offerFor(ports, ask));
    if ((await ask.openModal(form)) !== undefined) return;
  }
  const words =
    task === ""
      ? "What should the new thopter do, and in which repository?"
      : "Which repository is it about? Say `--repo owner/name` once and this channel remembers it.";
  const fill = button("Fill in…", {
    id: ids.provisionForm,
    value: `${taskMark}${task}`,
    style: "primary",
  });
  const canCarry = task.length <= longestCarried;
  await ask.whisper(message(words, [section(words), ...actions(canCarry ? fill : undefined)]));
}

async function offerFor({ fleet }: CommandPorts, { caller }: Ask): Promise<Offer> {
  const { templates } = await fleet.listTemplates(caller);
  return { templates, identities: await fleet.listIdentities(caller) };
}

/** `provision`: makes a thopter and gives its agent a task. */
export const provisionFeature = defineCommand({
  command: {
    name: "provision",
    summary: "make a thopter and give its agent a task",
    usage: "provision <task> [--repo owner/name]",
    examples: [
      "provision",
      "provision fix the login bug --repo owner/name",
      'provision "try the new parser" --branch main --ttl 8h --label parser,trial',
      "provision mend the login --template bugfix --var ticket=42 --identity mine",
    ],
    flags: {
      repo: {
        takes: "value",
        short: "r",
        words: "owner/name on GitHub, or an https or ssh address; remembered for the channel",
      },
      branch: { takes: "value", short: "b", words: "a branch, tag or commit to start from" },
      ttl: { takes: "value", words: "how long it lives once ready, such as 8h" },
      name: { takes: "value", short: "n", words: "a name such as amber-falcon" },
      label: { takes: "value", short: "l", words: "labels, with commas between" },
      ...equipmentFlags,
      priority: { takes: "value", short: "p", words: "urgent, high, normal or low" },
      "keep-on-failure": { takes: "nothing", words: "keep the machine when provisioning fails" },
    },
    takes: "text",
    run,
  },
  buttons: [
    {
      id: ids.provisionForm,
      async run(ports, press) {
        const task = press.value.startsWith(taskMark) ? press.value.slice(taskMark.length) : "";
        await openForm(ports, press, { task, repository: await repositoryOf(ports, press) });
      },
    },
  ],
  forms: [
    {
      id: provisionFormId,
      check: checkProvisionForm,
      async run(ports, submission) {
        if (checkProvisionForm(submission.values, submission.note) !== undefined) {
          throw new UserError("Cannot provision: the form lacks a task or a repository.");
        }
        await provision(ports, submission, requestOf(submission.values));
      },
    },
  ],
});
