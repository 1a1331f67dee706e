import { z } from "zod";

/** Arguments that several tools take, and fields that several answers have. */
export const thopterField = z.string().min(1).max(60).describe("Name or id of the thopter");
export const operationField = z.string().min(1).max(60).describe("Id of the operation");
export const cursorField = z
  .string()
  .max(500)
  .optional()
  .describe("`next_cursor` of the page before");
export const nextField = z.string().describe("What to do next");

export const modeField = z
  .enum(["any", "all"])
  .default("all")
  .describe("Whether one is enough or all must be");

export const timeoutField = z
  .number()
  .min(1)
  .max(45)
  .default(45)
  .describe("How long this call may wait; call again to wait longer");
