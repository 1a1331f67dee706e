import { z } from "zod";
import { agentStatuses, thopterStatuses } from "../src/core/thopter.ts";
import { defineTool, looksOnly } from "./define-tool.ts";
import { cursorField } from "./views/fields.ts";
import { thopterSummarySchema, viewThopterSummary } from "./views/thopter-view.ts";

export const listThopters = defineTool({
  name: "list_thopters",
  title: "List thopters",
  description:
    "Lists thopters with status, branch and what is under way. Use it to find names or who needs something. Not to wait for a change (wait_for_thopters) or for one thopter's work (get_thopter).",
  input: z.strictObject({
    mine: z.boolean().optional().describe("Only those you made or own"),
    status: z.array(z.enum(thopterStatuses)).optional().describe("Only machines in these states"),
    agent: z.array(z.enum(agentStatuses)).optional().describe("Only agents in these states"),
    label: z.string().max(60).optional().describe("Only with this label"),
    repository: z.string().max(1000).optional().describe("Only of this repository"),
    limit: z.int().min(1).max(100).default(50).describe("How many at most"),
    cursor: cursorField,
  }),
  output: z.strictObject({
    thopters: z.array(thopterSummarySchema).describe("One page"),
    next_cursor: z.string().optional().describe("There are more: pass it as cursor"),
  }),
  annotations: looksOnly,
  toolset: "default",
  minimumRole: "viewer",
  mutates: false,
  alwaysLoad: true,
  async handler({ agent, ...input }, { fleet, caller }) {
    const { items, next } = await fleet.listThopters(caller, { ...input, agentStatus: agent });
    const more = next === undefined ? "" : " There are more: pass next_cursor as cursor.";
    return {
      text:
        items.length === 0
          ? `No thopter matches.${more}`
          : `${String(items.length)} thopters.${more}`,
      content: {
        thopters: items.map(viewThopterSummary),
        ...(next === undefined ? {} : { next_cursor: next }),
      },
    };
  },
});
