import { describe, expect, it } from "vitest";
import { catalogue } from "../../tools/catalogue.ts";
import { listed } from "../../tools/mcp-server.ts";
import { instructions } from "../../tools/server/instructions.ts";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { machinesIn } from "../hub/nothing-left.ts";
import { git } from "../hub/repository.ts";
import { converse } from "./claude-client.ts";
import type { OfferedTool, Way } from "./claude-client.ts";
import { startClaudeHub } from "./claude-hub.ts";
import { serveRepositories } from "./git-server.ts";
import type { Script } from "./scripted-model.ts";
import { answerOf, use, waitWith } from "./scripted-model.ts";

const name = "amber-falcon";

/** Hands a task over, waits for it, collects its diff and clears up. */
function collecting(request: { task: string; repository: string }): Script {
  return function* () {
    const made = yield use("provision_thopter", { ...request, name });
    const { thopter } = answerOf<{ thopter: string }>(made);
    yield* waitWith("wait_for_thopters", { thopters: [thopter], until: "settled" });
    const read = yield use("read_thopter", { thopter, what: "diff" });
    const destroy = { thopters: [thopter], reason: "its work is collected" };
    const { operations } = answerOf<{ operations: string[] }>(
      yield use("destroy_thopters", destroy),
    );
    yield* waitWith("wait_for_operations", { ids: operations });
    yield use("list_thopters", {});
    return answerOf<{ untrusted: { text: string } }>(read).untrusted.text;
  };
}

/** What a model is shown of these tools, those that are there from the start first. */
function shown(tools: typeof catalogue): OfferedTool[] {
  return tools.map((tool) => {
    const { name: named, description = "", inputSchema } = listed(tool);
    return { name: named, description, input_schema: inputSchema };
  });
}

function byName(tools: readonly OfferedTool[]): OfferedTool[] {
  return tools.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

type Rights = { readOnly?: boolean; toolsets?: string[] };

const looking: Rights = { readOnly: true, toolsets: ["run"] };
const usual = catalogue.filter(({ toolset }) => toolset === "default");
const harmless = catalogue.filter(({ mutates }) => !mutates);

async function agentToken(hub: TestHub, rights: Rights): Promise<string> {
  const request = { kind: "agent" as const, label: "a client", ...rights };
  return (await hub.person.call("createToken", request)).secret;
}

describe("Claude Code as a client of the hub", () => {
  it.each<Way>(["HTTP", "stdio"])("collects the work of another over %s", async (way) => {
    const { hub } = await startClaudeHub();
    const address = `${await serveRepositories(hub.directory)}/repositories/notes`;
    const task = `run echo '- a line' >>NOTES.md && git commit -qam 'Note a line' && git remote set-url --push origin ${address} && git push -q origin HEAD`;
    const script = collecting({ task, repository: hub.repository });
    const token = hub.token("agent-token");
    const { said, results, offered, first } = await converse(hub, { way, token, script });
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(said).toContain("\n # Notes\n+- a line");
    expect(results.at(-2)?.text).toContain(
      '"kind":"destroy","thopter":"amber-falcon","status":"succeeded"',
    );
    expect(answerOf(results.at(-1) ?? { tool: "", ok: false, text: "{}" })).toEqual({
      thopters: [],
    });
    expect(git(hub.repository, "show", `thopter/${name}:NOTES.md`)).toBe("# Notes\n- a line\n");
    expect(machinesIn(hub.data)).toEqual([]);
    const always = catalogue.filter(({ alwaysLoad }) => alwaysLoad === true);
    expect(byName(offered)).toEqual(byName(shown(always)));
    expect(first).toContain(JSON.stringify(instructions).slice(1, -1));
    await hub.end();
  });

  it.each<{ what: string; way: Way; rights: Rights; tools: typeof catalogue }>([
    { what: "the usual tools", way: "HTTP", rights: {}, tools: usual },
    {
      what: "a group that it was given",
      way: "stdio",
      rights: { toolsets: ["run"] },
      tools: catalogue,
    },
    { what: "only what changes nothing", way: "HTTP", rights: looking, tools: harmless },
    { what: "only what changes nothing", way: "stdio", rights: looking, tools: harmless },
  ])("is offered $what over $way, and can call nothing else", async ({ way, rights, tools }) => {
    const hub = await startHub();
    const token = await agentToken(hub, rights);
    const others = catalogue.filter((tool) => !tools.includes(tool)).map((tool) => tool.name);
    const script: Script = function* () {
      for (const tool of [...others, "no_such_tool"]) yield use(tool, {});
      yield use("list_thopters", {});
      return "over";
    };
    const { results, offered } = await converse(hub, { way, token, script, allAtOnce: true });
    expect(byName(offered)).toEqual(byName(shown(tools)));
    const refused = [...others.map(() => false), false];
    expect(results.map(({ ok }) => ok)).toEqual([...refused, true]);
    for (const { text } of results.slice(0, -1)) expect(text).toContain("No such tool");
    await hub.end();
  });
});
