import { z } from "zod";
import type { Block } from "../agents/messages-api.ts";

const part = z.object({ type: z.string(), text: z.string().optional() });
const request = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.union([z.string(), z.array(part)]) })),
});

/** What the model does in the recording: it mends a greeting and, told so, commits it. */
const work: readonly (readonly Block[])[] = [
  [say("I'll look for it."), run("grep -rn Helo .")],
  [
    say("Found it. I'll mend it and run it."),
    run("sed -i s/Helo/Hello/ greet.js && node greet.js"),
  ],
  [say("The greeting says “Hello, world!” now.")],
  [run('git commit --quiet --all --message "Greet with Hello" && git log --oneline -1')],
  [say("It is committed.")],
];

/** Plays on from what it has said already; what is no part of the work it answers with one word. */
export function playWork(body: string): Block[] {
  const { messages } = request.parse(JSON.parse(body));
  const spoken = messages.filter(({ role }) => role === "assistant").length;
  return [...(work[spoken] ?? [say("Done.")])];
}

function say(text: string): Block {
  return { type: "text", text };
}

function run(command: string): Block {
  return { type: "tool_use", name: "Bash", input: { command, description: command } };
}
