import { z } from "zod";
import { operationStatuses } from "../src/core/operation.ts";
import { defineTool, looksOnly } from "./define-tool.ts";
import { cursorField, thopterField } from "./views/fields.ts";
import { operationSchema, viewOperation } from "./views/operation-view.ts";

export const listOperations = defineTool({
  name: "list_operations",
  title: "List operations",
  description:
    "Lists operations, newest first. Use it to see what was accepted and how it ended, as after a call that broke off. Not for thopters (list_thopters) or why a whole lane waits (fleet_status).",
  input: z.strictObject({
    thopter: thopterField.optional().describe("Only of this thopter, by name or id"),
    status: z.array(z.enum(operationStatuses)).optional().describe("Only in these states"),
    limit: z.int().min(1).max(100).default(20).describe("How many at most"),
    cursor: cursorField,
  }),
  output: z.strictObject({
    operations: z.array(operationSchema).describe("One page"),
    next_cursor: z.string().optional().describe("There are more: pass it as cursor"),
  }),
  annotations: looksOnly,
  toolset: "default",
  minimumRole: "viewer",
  mutates: false,
  async handler(input, { fleet, caller }) {
    const { items, next } = await fleet.listOperations(caller, input);
    const more = next === undefined ? "" : " There are more: pass next_cursor as cursor.";
    return {
      text:
        items.length === 0 ? "No operation matches." : `${String(items.length)} operations.${more}`,
      content: {
        operations: items.map(viewOperation),
        ...(next === undefined ? {} : { next_cursor: next }),
      },
    };
  },
});
