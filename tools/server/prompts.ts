import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { UserError } from "../../src/core/errors.ts";
import type { Report } from "../define-tool.ts";
import type { Prompt } from "../prompts/define-prompt.ts";
import { inProtocol } from "./protocol-error.ts";

/** Serves the prompts that a caller may use. */
export function servePrompts(
  server: Server,
  { prompts, report }: { prompts: readonly Prompt[]; report: Report },
): void {
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: prompts.map(({ name, title, description, arguments: taken }) => ({
      name,
      title,
      description,
      arguments: [...taken],
    })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) =>
    inProtocol("prompts/get", report, () => {
      const { description, words } = promptNamed(params.name, prompts);
      const text = words(params.arguments ?? {});
      return { description, messages: [{ role: "user", content: { type: "text", text } }] };
    }),
  );
}

/** Throws UserError that names those there are. */
export function promptNamed(name: string, prompts: readonly Prompt[]): Prompt {
  const found = prompts.find((prompt) => prompt.name === name);
  if (found !== undefined) return found;
  const names = prompts.map((prompt) => prompt.name);
  throw new UserError(
    `Cannot find the prompt "${name.slice(0, 60)}": there is no such prompt for you. ${names.length === 0 ? "There are none" : `There are ${names.join(", ")}`}.`,
  );
}
