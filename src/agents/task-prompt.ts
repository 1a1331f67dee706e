import type { LaunchRequest } from "../core/ports/agent.ts";

/** Linux takes at most 128 KiB as one argument. */
const longestArgument = 100_000;

/** What an agent is started with: its task, or where that is too long the file that holds it. */
export function taskPrompt(
  { task, taskFile }: LaunchRequest,
  textOf: (request: { text: string; raw: boolean }) => string,
): string {
  const prompt = textOf({ text: task, raw: false });
  if (Buffer.byteLength(prompt) <= longestArgument) return prompt;
  return `Read the file ${taskFile} to its end, and do the task that it describes.`;
}
