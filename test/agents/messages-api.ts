import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { z } from "zod";

/** What was asked of the stand-in. */
export type MessagesRequest = {
  /** The key or token that came with it. */
  login: string;
  /** The last words of the user, or of a tool, without what the client adds. */
  said: string;
  /** All of it, as JSON. */
  body: string;
};

/**
 * A stand-in for the Messages API on loopback. It plays what the message asks for: "run <command>"
 * and "write <path>" use a tool, "choose <question> <A> or <B>" asks the user, and "ask <JSON>" what
 * such questions say; "call <tool> <JSON>" uses any other; "begin planning", "plan <JSON>" and "end planning" make a plan; "hold" answers once
 * released, "limit" is past the usage limit, "logout" knows no login; all else is repeated.
 */
export type MessagesApi = {
  url: string;
  requests: readonly MessagesRequest[];
  /** Answers what is held. */
  release(): void;
};

const resetsAfterSeconds = 3600;

const part = z.object({
  type: z.string(),
  text: z.string().optional(),
  content: z.unknown().optional(),
});
const request = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.union([z.string(), z.array(part)]) })),
  tools: z.array(z.unknown()).optional(),
});
type Request = z.output<typeof request>;

export type Block =
  | { type: "text"; text: string }
  | { type: "tool_use"; name: string; input: Record<string, unknown> };
type Failure = { status: number; type: string; message: string; headers: Record<string, string> };

/** Plays another model: answers a whole request, as JSON, that comes with tools. */
export type Player = (body: string) => Block[];

/** Starts the stand-in for the running test; with a player, that one says what the model does. */
export async function startMessagesApi(player?: Player): Promise<MessagesApi> {
  const requests: MessagesRequest[] = [];
  let held: (() => void)[] = [];
  const hold = () => new Promise<void>((resolve) => held.push(resolve));

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(incoming);
    const path = incoming.url?.split("?")[0];
    if (path === "/v1/messages/count_tokens")
      return sendJson(response, { status: 200, body: { input_tokens: 10 } });
    if (path === "/v1/models") return sendJson(response, { status: 200, body: { data: [] } });
    if (path !== "/v1/messages")
      return sendJson(response, { status: 404, body: errorOf("not_found_error", "No") });
    const asked = request.parse(JSON.parse(body));
    const words = wordsOf(asked);
    requests.push({ login: loginOf(incoming), said: words.join("\n"), body });
    // What went unanswered comes once more, in front of it.
    const said = words.at(-1) ?? "";
    if (said.startsWith("hold")) await hold();
    const plays = player === undefined ? () => play(said, body) : () => player(body);
    const played = asked.tools === undefined ? [textBlock("{}")] : plays();
    if (!Array.isArray(played)) {
      const { status, type, message, headers } = played;
      return sendJson(response, { status, body: errorOf(type, message), headers });
    }
    stream(response, asked.model, played);
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      sendJson(response, { status: 400, body: errorOf("invalid_request_error", String(error)) });
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
  return { url: `http://127.0.0.1:${port}`, requests, release };
}

function play(said: string, body: string): Block[] | Failure {
  const [, verb, rest = ""] =
    /^(run|write|choose|ask|call|begin|plan|end|limit|logout|Result:)\s*(.*)$/s.exec(said) ?? [];
  switch (verb) {
    case "run":
      return [textBlock("Running it"), tool("Bash", { command: rest, description: "as asked" })];
    case "write":
      return [tool("Write", { file_path: rest, content: "written\n".repeat(2000) })];
    case "choose":
      return [tool("AskUserQuestion", { questions: [questionOf(rest)] })];
    case "ask":
      return [tool("AskUserQuestion", { questions: JSON.parse(rest) as unknown })];
    case "call": {
      const [, name = "", input = "{}"] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
      return [tool(name, JSON.parse(input) as Record<string, unknown>)];
    }
    case "begin":
      return [tool("EnterPlanMode", {})];
    case "plan":
      return [tool("Write", { file_path: planPath(body), content: JSON.parse(rest) as unknown })];
    case "end":
      return [tool("ExitPlanMode", {})];
    case "limit":
      return { status: 429, type: "rate_limit_error", message: "limited", headers: limitHeaders() };
    case "logout":
      return {
        status: 401,
        type: "authentication_error",
        message: "invalid",
        headers: { "x-should-retry": "false" },
      };
    default:
      return [textBlock(`Heard: ${said}`)];
  }
}

function questionOf(text: string): Record<string, unknown> {
  const [question = "", answers = ""] = text.split(/(?<=\?) /);
  const options = answers.split(" or ").map((label) => ({ label, description: `It is ${label}` }));
  return { question, header: "Choice", multiSelect: false, options };
}

/** Where it is told to write its plan. */
function planPath(body: string): string {
  return /[^\s"]+\/plans\/[\w-]+\.md/.exec(body)?.[0] ?? "";
}

function limitHeaders(): Record<string, string> {
  return {
    "x-should-retry": "false",
    "anthropic-ratelimit-unified-status": "rejected",
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
    "anthropic-ratelimit-unified-reset": String(Math.floor(Date.now() / 1000) + resetsAfterSeconds),
  };
}

function wordsOf({ messages }: Request): string[] {
  const last = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const parts = typeof last === "string" ? [{ type: "text", text: last }] : last;
  const words = parts.map((one) =>
    one.type === "tool_result" ? `Result: ${JSON.stringify(one.content)}` : (one.text ?? ""),
  );
  return words
    .map((one) => one.replaceAll(/<system-reminder>.*?<\/system-reminder>/gs, "").trim())
    .filter((one) => one !== "");
}

function loginOf({ headers }: IncomingMessage): string {
  const key = headers["x-api-key"];
  return typeof key === "string" ? key : (headers.authorization ?? "");
}

function stream(response: ServerResponse, model: string, blocks: Block[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type: string, data: Record<string, unknown>) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const usage = { input_tokens: 10, output_tokens: 1 };
  const message = { id: `msg_${newId()}`, type: "message", role: "assistant", model, content: [] };
  send("message_start", {
    message: { ...message, stop_reason: null, stop_sequence: null, usage },
  });
  for (const [index, block] of blocks.entries()) {
    const [begun, delta] = deltaOf(block);
    send("content_block_start", { index, content_block: begun });
    send("content_block_delta", { index, delta });
    send("content_block_stop", { index });
  }
  const stop_reason = blocks.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn";
  send("message_delta", { delta: { stop_reason, stop_sequence: null }, usage });
  send("message_stop", {});
  response.end();
}

function deltaOf(block: Block): [Record<string, unknown>, Record<string, unknown>] {
  if (block.type === "text") {
    return [
      { type: "text", text: "" },
      { type: "text_delta", text: block.text },
    ];
  }
  const begun = { type: "tool_use", id: `toolu_${newId()}`, name: block.name, input: {} };
  return [begun, { type: "input_json_delta", partial_json: JSON.stringify(block.input) }];
}

let lastId = 0;
function newId(): string {
  lastId += 1;
  return `${process.pid}${lastId}`;
}

function textBlock(text: string): Block {
  return { type: "text", text };
}

function tool(name: string, input: Record<string, unknown>): Block {
  return { type: "tool_use", name, input };
}

function errorOf(type: string, message: string): unknown {
  return { type: "error", error: { type, message } };
}

type Answer = { status: number; body: unknown; headers?: Record<string, string> };

function sendJson(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
