import type { z } from "zod";
import type { Caller, Role } from "../src/core/actor.ts";
import type { Clock } from "../src/core/ports/clock.ts";
import type { Fleet } from "../src/core/ports/fleet.ts";
import { argumentError, errorText } from "./server/error-text.ts";

export const toolsets = ["default", "run"] as const;
export type Toolset = (typeof toolsets)[number];

/** Logs what went wrong and answers with the id under which the log has it. */
export type Report = (error: unknown, about: string) => string;

export type ToolContext = {
  fleet: Fleet;
  caller: Caller;
  clock: Clock;
  /** Aborts when the client gives the call up; a tool that mutates is carried through and has one that never does. */
  signal: AbortSignal;
  /** Tells a client that asked for it how far the call is. */
  progress: (words: string) => void;
};

export type ToolAnnotations = {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
};

/** Of a tool that changes nothing, here or elsewhere. */
export const looksOnly: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

type ToolFacts = {
  name: string;
  title: string;
  /** What it does, when to use it and when not. */
  description: string;
  annotations: ToolAnnotations;
  toolset: Toolset;
  minimumRole: Role;
  mutates: boolean;
  /** Whether clients that load tools on demand should have it in the prompt from the start. */
  alwaysLoad?: boolean;
};

type Definition<I extends z.ZodObject, O extends z.ZodObject> = ToolFacts & {
  input: I;
  output: O;
  handler(input: z.output<I>, context: ToolContext): Promise<{ text: string; content: z.input<O> }>;
};

export type ToolAnswer =
  | { ok: true; text: string; content: Record<string, unknown> }
  | { ok: false; text: string };

/** A tool as any protocol's adapter can list and call it. */
export type Tool = ToolFacts & {
  input: z.ZodObject;
  output: z.ZodObject;
  /** Never throws: what went wrong is in the answer, in words for the caller. */
  call(input: unknown, context: ToolContext & { report: Report }): Promise<ToolAnswer>;
};

/** The one place where a tool's arguments are parsed, its answer is checked and its errors are caught. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(
  definition: Definition<I, O>,
): Tool {
  const { handler, ...facts } = definition;
  return {
    ...facts,
    async call(input, { report, ...context }) {
      const parsed = definition.input.safeParse(input, { reportInput: true });
      if (!parsed.success) {
        return { ok: false, text: argumentError(definition.name, definition.input, parsed.error) };
      }
      try {
        const { text, content } = await handler(parsed.data, context);
        return { ok: true, text, content: definition.output.parse(content) };
      } catch (error) {
        // Whoever gave the call up hears nothing more, and what ended with it is no fault.
        if (context.signal.aborted) return { ok: false, text: "The call was given up." };
        return { ok: false, text: errorText(error, definition.name, report) };
      }
    },
  };
}
