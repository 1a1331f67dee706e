import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CompleteRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import type { CompleteRequest } from "@modelcontextprotocol/sdk/types.js";
import { UserError } from "../../src/core/errors.ts";
import { bestMatches } from "../completions/best-matches.ts";
import type { Report } from "../define-tool.ts";
import type { Prompt } from "../prompts/define-prompt.ts";
import type { Sight } from "../resources/define-resource.ts";
import { addresses, templateResources } from "../resources/resource-catalogue.ts";
import { promptNamed } from "./prompts.ts";
import { inProtocol } from "./protocol-error.ts";

type Ports = Sight & { prompts: readonly Prompt[]; report: Report };

/** Completes the arguments of prompts and the ids in addresses with what there is. */
export function serveCompletions(server: Server, ports: Ports): void {
  server.setRequestHandler(CompleteRequestSchema, ({ params }) =>
    inProtocol("completion/complete", ports.report, async () => ({
      completion: bestMatches(await valuesFor(params, ports), params.argument.value),
    })),
  );
}

async function valuesFor(
  { ref, argument, context }: CompleteRequest["params"],
  ports: Ports,
): Promise<readonly string[]> {
  if (ref.type === "ref/prompt") {
    const prompt = promptNamed(ref.name, ports.prompts);
    const names = prompt.arguments.map(({ name }) => name);
    if (!names.includes(argument.name)) throw unknownArgument(argument.name, names);
    return (await prompt.suggestions[argument.name]?.(ports, context?.arguments ?? {})) ?? [];
  }
  const template = templateResources.find(({ uriTemplate }) => uriTemplate === ref.uri);
  if (template === undefined) {
    throw new UserError(
      `Cannot complete "${ref.uri.slice(0, 200)}": there is no such template. There are ${addresses()}.`,
    );
  }
  if (argument.name !== "id") throw unknownArgument(argument.name, ["id"]);
  return template.ids(ports);
}

function unknownArgument(name: string, names: readonly string[]): UserError {
  return new UserError(
    `Cannot complete "${name.slice(0, 60)}": there is no such argument. There are ${names.join(", ")}.`,
  );
}
