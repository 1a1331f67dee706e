import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requireOwn, requireRole } from "../core/permission.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import { parseLabels } from "../core/thopter-label.ts";
import { parseThopterName } from "../core/thopter-name.ts";
import type { Thopter } from "../core/thopter.ts";
import { auditWrite } from "./audit.ts";
import type { Directory } from "./directory.ts";
import type { FleetPorts } from "./ports.ts";
import type { Views } from "./views.ts";

type Parts = { ports: FleetPorts; directory: Directory; views: Views };

/** What a thopter is called: its name and its labels. Its branch and its machine keep the names they were made with. */
export function createNaming({
  ports,
  directory,
  views,
}: Parts): Pick<Fleet, "renameThopter" | "labelThopter"> {
  const { engine, store } = ports;

  async function findOwn(caller: Caller, nameOrId: string, verb: string): Promise<Thopter> {
    requireRole(caller, "operator", `${verb} a thopter`);
    const thopter = await directory.find(nameOrId);
    requireOwn(caller, thopter, verb);
    return thopter;
  }

  async function record(
    caller: Caller,
    entry: { action: string; subject: string; detail: string },
  ): Promise<void> {
    await store.commit([auditWrite(ports, caller, { ...entry, outcome: "succeeded" })]);
  }

  return {
    async renameThopter(caller, { thopter: nameOrId, name: wanted }) {
      const { id } = await findOwn(caller, nameOrId, "rename");
      const name = parseThopterName(wanted);
      let before = name;
      const renamed = await engine.amend(id, (thopter) => {
        before = thopter.name;
        mustHaveItsMachine(thopter);
        return thopter.name === name ? undefined : { name };
      });
      if (before !== name) {
        await record(caller, { action: "rename", subject: id, detail: `${before} to ${name}` });
      }
      return views.thopter(caller, renamed);
    },
    async labelThopter(caller, { thopter: nameOrId, add = [], remove = [] }) {
      const { id } = await findOwn(caller, nameOrId, "label");
      const both = add.find((label) => remove.includes(label));
      if (both !== undefined || add.length + remove.length === 0) {
        const why = both === undefined ? "name one" : `"${both}" is to come and to go`;
        throw new UserError(
          `Cannot change the labels: ${why}. +a adds the label "a", -a removes it.`,
        );
      }
      const added = parseLabels(add);
      const labelled = await engine.amend(id, ({ labels }) => {
        const kept = labels.filter((label) => !remove.includes(label));
        return { labels: parseLabels([...kept, ...added]) };
      });
      const detail = [...added.map((one) => `+${one}`), ...remove.map((one) => `-${one}`)].join(
        " ",
      );
      await record(caller, {
        action: "label",
        subject: id,
        detail: ports.redact(detail.slice(0, 500)),
      });
      return views.thopter(caller, labelled);
    },
  };
}

/** A provider may know by its name a machine that it was asked for and that nobody has seen yet. */
function mustHaveItsMachine({ name, status }: Thopter): void {
  if (status === "ready" || status === "failed") return;
  throw new UserError(
    `Cannot rename "${name}": it is ${status}. wait_for_thopters waits until it is ready.`,
    { code: "conflict" },
  );
}
