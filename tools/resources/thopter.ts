import type { ThopterView } from "../../src/core/ports/fleet.ts";
import type { Write } from "../../src/core/ports/store.ts";
import { thopterNames } from "../completions/known-values.ts";
import { viewThopterDetail } from "../views/thopter-detail.ts";
import { thopterWords } from "../views/thopter-view.ts";
import type { ListedRecord, TemplateResource } from "./define-resource.ts";

const perPage = 100;

export const thopterResource: TemplateResource = {
  uriTemplate: "thopter://thopters/{id}",
  name: "thopter",
  title: "One thopter",
  description: "A thopter with the state of its work, by name or id",
  read: async (id, { fleet, caller }) => viewThopterDetail(await fleet.getThopter(caller, id)),
  // The record is looked up by name or id here as well, and its machine is left alone.
  find: (id, { fleet, caller }) => fleet.listOperations(caller, { thopter: id, limit: 1 }),
  changesWith: concerns,
  ids: thopterNames,
  list: {
    async page(cursor, { fleet, caller }) {
      const page = await fleet.listThopters(caller, { limit: perPage, cursor });
      return { ...page, items: page.items.map(listed) };
    },
    changesWith: ({ kind, record }) =>
      kind === "thopter" && (record.version === 1 || record.status === "gone"),
  },
};

/** What is under way for a thopter is part of it. */
function concerns({ kind, record }: Write, id: string): boolean {
  if (kind === "thopter") return record.id === id || record.name === id;
  return kind === "operation" && (record.thopterId === id || record.thopterName === id);
}

function listed(thopter: ThopterView): ListedRecord {
  const { name, repository } = thopter;
  return { id: name, title: name, description: `${thopterWords(thopter)}, on ${repository}` };
}
