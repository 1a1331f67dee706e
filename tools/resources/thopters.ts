import { viewThopterState } from "../views/thopter-view.ts";
import type { FixedResource } from "./define-resource.ts";

/** As many as a client passes to its model in one piece. */
const mostThopters = 500;

export const thoptersResource: FixedResource = {
  uri: "thopter://thopters",
  name: "thopters",
  title: "Thopters",
  description: `Every thopter in a line, ${String(mostThopters)} at most`,
  async read({ fleet, caller }) {
    const { items, next } = await fleet.listThopters(caller, { limit: mostThopters });
    const more = "list_thopters shows the others, page by page";
    return { thopters: items.map(viewThopterState), ...(next === undefined ? {} : { more }) };
  },
  changesWith: ({ kind }) => kind === "thopter",
};
