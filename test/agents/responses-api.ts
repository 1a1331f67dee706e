import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { z } from "zod";

/** What was asked of the stand-in. */
export type ResponsesRequest = {
  /** The key that came with it. */
  login: string;
  /** The last words of the user, or of a tool. */
  said: string;
  /** All of it, as JSON. */
  body: string;
};

/**
 * A stand-in for the Responses API on loopback. It plays what the message asks for: "run <command>"
 * uses a tool, "ask <command>" wants to run it outside of the sandbox, "write <path>" adds a file, "call <tool> <JSON>" uses any other,
 * "hold" answers once released, "limit" is past the usage limit, "logout" knows no login; all else is
 * repeated.
 */
export type ResponsesApi = {
  url: string;
  requests: readonly ResponsesRequest[];
  /** Answers what is held. */
  release(): void;
};

const resetsAfterSeconds = 3600;

const item = z.object({
  type: z.string(),
  role: z.string().optional(),
  content: z.array(z.object({ text: z.string().optional() })).optional(),
  output: z.unknown().optional(),
});
const request = z.object({ input: z.array(item) });

/** A part of an answer, as the API writes it. */
type Item = Record<string, unknown>;
type Failure = { status: number; error: Record<string, unknown> };

/** Starts the stand-in for the running test. */
export async function startResponsesApi(): Promise<ResponsesApi> {
  const requests: ResponsesRequest[] = [];
  let held: (() => void)[] = [];
  const hold = () => new Promise<void>((resolve) => held.push(resolve));

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(incoming);
    if (incoming.method !== "POST" || incoming.url !== "/v1/responses") {
      return sendFailure(response, { status: 404, error: { message: "No" } });
    }
    const said = wordsOf(request.parse(JSON.parse(body)).input);
    // It asks for a title of each conversation as well.
    if (said.startsWith("Generate a concise")) return stream(response, [message("A title")]);
    requests.push({ login: incoming.headers.authorization ?? "", said, body });
    if (said.startsWith("hold")) await hold();
    const played = play(said);
    if (Array.isArray(played)) stream(response, played);
    else sendFailure(response, played);
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      sendFailure(response, { status: 400, error: { message: String(error) } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const release = (): void => {
    for (const letGo of held) letGo();
    held = [];
  };
  onTestFinished(() => {
    release();
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  // It listens on TCP.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, requests, release };
}

function play(said: string): Item[] | Failure {
  const [, verb, rest = ""] = /^(run|ask|write|call|limit|logout)\s*(.*)$/s.exec(said) ?? [];
  switch (verb) {
    case "run":
      return [exec("exec_command", { cmd: rest })];
    case "ask": {
      const escalated = { sandbox_permissions: "require_escalated", justification: "It has to" };
      return [exec("exec_command", { cmd: rest, ...escalated })];
    }
    case "write":
      return [exec("apply_patch", patchOf(rest))];
    case "call": {
      const [, name = "", input = "{}"] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
      // What asks the user is a tool of its own.
      return [name.startsWith("request_") ? callOf(name, input) : exec(name, JSON.parse(input))];
    }
    case "limit":
      return { status: 429, error: limitReached() };
    case "logout":
      return { status: 401, error: { code: "invalid_api_key", message: "Incorrect API key" } };
    default:
      return [message(`Heard: ${said}`)];
  }
}

function patchOf(path: string): string {
  const lines = "+written\n".repeat(2000);
  return `*** Begin Patch\n*** Add File: ${path}\n${lines}*** End Patch\n`;
}

function limitReached(): Record<string, unknown> {
  const resets_at = Math.floor(Date.now() / 1000) + resetsAfterSeconds;
  return { type: "usage_limit_reached", message: "limited", plan_type: "plus", resets_at };
}

function wordsOf(input: z.output<typeof item>[]): string {
  const last = input.findLast(({ type, role }) => role === "user" || type.endsWith("_output"));
  if (last === undefined) return "";
  if (last.role !== "user") return `Result: ${JSON.stringify(last.output)}`;
  return (last.content ?? []).map(({ text = "" }) => text).join("\n");
}

let lastId = 0;
function newId(): string {
  lastId += 1;
  return `${process.pid}${lastId}`;
}

function message(text: string): Item {
  const content = [{ type: "output_text", text, annotations: [] }];
  return { type: "message", id: `msg_${newId()}`, role: "assistant", content };
}

/** Its tools are functions of a language, called from a script. */
function exec(tool: string, input: unknown): Item {
  const id = newId();
  const call = `text(await tools.${tool}(${JSON.stringify(input)}))`;
  const ids = { id: `ctc_${id}`, call_id: `call_${id}` };
  return { type: "custom_tool_call", ...ids, name: "exec", status: "completed", input: call };
}

function callOf(name: string, input: string): Item {
  const id = newId();
  const ids = { id: `fc_${id}`, call_id: `call_${id}` };
  return { type: "function_call", ...ids, name, status: "completed", arguments: input };
}

function stream(response: ServerResponse, items: Item[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type: string, data: Record<string, unknown>) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const id = `resp_${newId()}`;
  send("response.created", { response: { id } });
  for (const [output_index, one] of items.entries()) {
    send("response.output_item.added", { output_index, item: one });
    send("response.output_item.done", { output_index, item: one });
  }
  const usage = { input_tokens: 10, output_tokens: 1, total_tokens: 11 };
  send("response.completed", { response: { id, usage } });
  response.end();
}

function sendFailure(response: ServerResponse, { status, error }: Failure): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error }));
}
