import type { Actor } from "../../core/actor.ts";
import type { AuditEntry } from "../../core/audit.ts";
import type { RegisterCommand } from "../command.ts";
import { answer, mustParseLimit } from "../command.ts";
import type { HubClient } from "../hub-client.ts";
import { span } from "../../core/words.ts";

type Options = { limit: string; json?: boolean };

const examples = `
Examples:
  thopter audit                             the last fifty
  thopter audit --limit 500 --json          for a script; times in milliseconds since the epoch`;

export const registerAudit: RegisterCommand = (program, context) => {
  program
    .command("audit")
    .summary("say who did what, and how it ended (admins only)")
    .description("who did what, through which front, and how it ended; newest first (admins only)")
    .option("--limit <number>", "at most this many", "50")
    .option("--json", "answer in JSON")
    .addHelpText("after", examples)
    .action(async (options: Options) => {
      const limit = mustParseLimit(options.limit);
      const client = await context.connect();
      const entries = await client.call("audit", { limit });
      if (options.json === true) {
        answer(context, { json: true, result: entries }, () => undefined);
        return;
      }
      const nameOf = await namesAt(client);
      context.terminal.table(
        ["AGO", "WHO", "FRONT", "ACTION", "OUTCOME", "SUBJECT", ""],
        entries.map((entry) => rowOf(entry, nameOf)),
      );
    });
};

type NameOf = (id: string) => string;

/** Persons and living thopters by name, all else by its id. */
async function namesAt(client: HubClient): Promise<NameOf> {
  const [persons, thopters] = await Promise.all([
    client.call("listPeople", {}),
    client.call("listThopters", { limit: 500 }),
  ]);
  const names = new Map([...persons, ...thopters.items].map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

function rowOf(entry: AuditEntry, nameOf: NameOf): string[] {
  const { at, actor, front, action, outcome, subject, detail } = entry;
  const ago = span(Date.now() - at);
  return [ago, whoIs(actor, nameOf), front, action, outcome, nameOf(subject), detail ?? ""];
}

function whoIs(actor: Actor, nameOf: NameOf): string {
  switch (actor.kind) {
    case "person":
      return nameOf(actor.personId);
    case "agent":
      return `an agent of ${nameOf(actor.personId)}`;
    case "system":
      return `the hub (${actor.name})`;
  }
}
