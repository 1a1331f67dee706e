import { z } from "zod";

/** Arguments that several tools take, and fields that several answers have. */
const thopterName = z.string().min(1).max(60);
export const thopterField = thopterName.describe("Name or id");
export const thoptersField = z
  .array(thopterName)
  .min(1)
  .max(50)
  .describe("Names or ids")
  .meta({ examples: [["amber-falcon"]] });
export const operationField = z.string().min(1).max(60).describe("Its id");
export const cursorField = z
  .string()
  .max(500)
  .optional()
  .describe("`next_cursor` of the page before");
export const nextField = z.string().describe("What to do next");

export const modeField = z
  .enum(["any", "all"])
  .default("all")
  .describe("Wait for one of them or for all");

export const timeoutField = z
  .number()
  .min(1)
  .max(45)
  .default(45)
  .describe("At most so long; call again to wait on");
