import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { nextField, thopterField } from "./views/fields.ts";

export const tellThopter = defineTool({
  name: "tell_thopter",
  title: "Tell a thopter",
  description:
    "Types a message to a thopter's agent and returns once it has it. Use it to correct it or to give it more to do. Not for a dialog that is open, which only a person may answer, nor for separate work: provision_thopter.",
  input: z.strictObject({
    thopter: thopterField,
    text: z
      .string()
      .min(1)
      .max(100_000)
      .describe("The message; a leading ! or / is taken as plain text"),
    interrupt: z.boolean().default(false).describe("Interrupt what it does now"),
  }),
  output: z.strictObject({
    thopter: z.string().describe("Name"),
    next: nextField,
  }),
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: true,
  },
  toolset: "default",
  minimumRole: "operator",
  mutates: true,
  async handler(input, { fleet, caller, signal }) {
    const thopter = await fleet.tell(caller, input, signal);
    const next = `wait_for_thopters with thopters ["${thopter.name}"] waits until it has settled.`;
    return { text: `Told "${thopter.name}". ${next}`, content: { thopter: thopter.name, next } };
  },
});
