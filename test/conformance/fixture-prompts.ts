import type { FixtureHandler } from "./fixture-server.ts";
import { pixel } from "./media.ts";

type Arguments = Readonly<Record<string, string>>;
type FixturePrompt = { takes: string[]; contents(given: Arguments): Record<string, unknown>[] };

const prompts: Readonly<Record<string, FixturePrompt>> = {
  test_simple_prompt: { takes: [], contents: () => [{ type: "text", text: "A simple prompt." }] },
  test_prompt_with_arguments: {
    takes: ["arg1", "arg2"],
    contents: ({ arg1, arg2 }) => [{ type: "text", text: `arg1='${arg1}', arg2='${arg2}'` }],
  },
  test_prompt_with_embedded_resource: {
    takes: ["resourceUri"],
    contents: ({ resourceUri: uri }) => [
      { type: "resource", resource: { uri, mimeType: "text/plain", text: "An embedded text." } },
      { type: "text", text: "Look at the resource above." },
    ],
  },
  test_prompt_with_image: {
    takes: [],
    contents: () => [
      { type: "image", data: pixel, mimeType: "image/png" },
      { type: "text", text: "Look at the picture above." },
    ],
  },
};

export const fixturePrompts: Readonly<Record<string, FixtureHandler>> = {
  "prompts/list": async (_request, _extra, product) => {
    const own = Object.entries(prompts).map(([name, { takes }]) => ({
      name,
      description: "A fixture",
      arguments: takes.map((one) => ({ name: one, description: "Any text", required: true })),
    }));
    // The product's answer is a list of prompts.
    return { prompts: [...((await product())["prompts"] as unknown[]), ...own] };
  },
  "prompts/get": async ({ params }, _extra, product) => {
    const prompt = prompts[String(params["name"])];
    if (prompt === undefined) return product();
    // The suite gives texts.
    const contents = prompt.contents((params["arguments"] ?? {}) as Arguments);
    return { messages: contents.map((content) => ({ role: "user", content })) };
  },
  "completion/complete": async ({ params }, _extra, product) => {
    // The request's own schema says so.
    const { name } = params["ref"] as { name?: string };
    if (name === undefined || !(name in prompts)) return product();
    return { completion: { values: ["paris", "park", "party"], total: 3, hasMore: false } };
  },
};
