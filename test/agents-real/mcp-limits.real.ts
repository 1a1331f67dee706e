import { describe, expect, it } from "vitest";
import type { HubClient } from "../../src/cli/hub-client.ts";
import { commandLineOf } from "../cli/run.ts";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { machinesIn } from "../hub/nothing-left.ts";
import { converse } from "./claude-client.ts";
import type { Way } from "./claude-client.ts";
import { startClaudeHub } from "./claude-hub.ts";
import { soon } from "./agent-thopter.ts";
import type { Script } from "./scripted-model.ts";
import { answerOf, use, waitWith } from "./scripted-model.ts";

const name = "amber-falcon";
const reason = "it is in the way";

/** Posts to a route of the JSON API as any program could. */
async function post(
  hub: TestHub,
  route: string,
  { body, token }: { body: unknown; token?: string },
) {
  const answered = await fetch(new URL(`/api/${route}`, hub.url), {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  return { status: answered.status, text: await answered.text() };
}

/** Another person, who has thopters of their own. */
async function clientOf(hub: TestHub, person: string): Promise<HubClient> {
  const request = { kind: "person" as const, label: "theirs", person, role: "operator" as const };
  return hub.client((await hub.person.call("createToken", request)).secret);
}

/** Makes a thopter that comes to hold unsaved work, and wants it destroyed whatever anyone says. */
function insisting(repository: string): Script {
  return function* () {
    yield use("provision_thopter", { task: "Listen", repository, name });
    yield* waitWith("wait_for_thopters", { thopters: [name], until: "ready" });
    yield use("tell_thopter", { thopter: name, text: "keep:- a line" });
    for (;;) {
      const screen = yield use("read_thopter", { thopter: name, what: "screen" });
      if (screen.text.includes("Committed")) break;
    }
    const asked = yield use("destroy_thopters", { thopters: [name], reason });
    const { outcome, approval } = answerOf<{ outcome: string; approval: string }>(asked);
    for (const tool of ["approve_destroy", "decide"]) yield use(tool, { id: approval });
    const ended = yield* waitWith("wait_for_operations", { ids: [approval] });
    return `${outcome}, then ${ended.text}`;
  };
}

/** Waits for what a person has to decide, shows that the agent's token cannot, and decides. */
async function approveAsPerson(hub: TestHub, agentToken: string): Promise<void> {
  const waiting = () => hub.person.call("listApprovals", { pendingOnly: true });
  await expect.poll(waiting, soon).toHaveLength(1);
  const [{ id } = { id: "" }] = await waiting();
  const body = { id, decision: "approve" };
  expect(await post(hub, "decide", { body, token: agentToken })).toMatchObject({
    status: 403,
    text: expect.stringContaining('"code":"forbidden"') as string,
  });
  expect(await waiting()).toHaveLength(1);
  expect(machinesIn(hub.data)).toHaveLength(1);
  expect(await commandLineOf(hub)("approve", id, "--yes")).toMatchObject({ code: 0, stderr: "" });
}

describe("what Claude Code cannot do as a client of the hub", () => {
  it.each<Way>(["HTTP", "stdio"])("is to approve what it asks for over %s", async (way) => {
    const hub = await startHub();
    const token = hub.token("agent-token");
    const [{ said, results }] = await Promise.all([
      converse(hub, { way, token, script: insisting(hub.repository) }),
      approveAsPerson(hub, token),
    ]);
    const isUnknown = { ok: false, text: expect.stringContaining("No such tool") as string };
    expect(results.filter(({ ok }) => !ok)).toEqual([
      { tool: "mcp__thopter__approve_destroy", ...isUnknown },
      { tool: "mcp__thopter__decide", ...isUnknown },
    ]);
    expect(said).toMatch(/^approval-needed, then .*"status":"succeeded"/);
    expect(machinesIn(hub.data)).toEqual([]);
    await hub.end();
  });

  it("is to destroy what it has not made", async () => {
    const hub = await startHub();
    const ann = await clientOf(hub, "ann");
    await hub.ready({ name: "jade-owl" }, ann);
    await hub.ready({ name: "amber-owl" });
    const token = hub.token("agent-token");
    const script: Script = function* () {
      yield use("provision_thopter", { task: "Listen", repository: hub.repository, name });
      yield* waitWith("wait_for_thopters", { thopters: [name], until: "ready" });
      for (const force of [false, true]) {
        for (const thopters of [["jade-owl"], ["amber-owl"], [name, "jade-owl"]])
          yield use("destroy_thopters", { thopters, force, reason });
      }
      return "over";
    };
    const { results } = await converse(hub, { token, script });
    const refusals = results.filter(({ tool }) => tool.endsWith("destroy_thopters"));
    expect(refusals).toHaveLength(6);
    for (const { ok, text } of refusals) {
      expect(ok).toBe(false);
      expect(text).toMatch(/an agent may destroy only thopters that it made/);
    }
    expect(await hub.person.call("listApprovals", {})).toEqual([]);
    const { items } = await hub.person.call("listThopters", { limit: 50 });
    expect(items.map(({ name: one, status }) => `${one} ${status}`).toSorted()).toEqual([
      `${name} ready`,
      "amber-owl ready",
      "jade-owl ready",
    ]);
    expect(machinesIn(hub.data)).toHaveLength(3);
    const over = { thopters: ["jade-owl"], reason: "the test is over" };
    const gone = await ann.call("destroy", over);
    await hub.finished(...(gone.outcome === "accepted" ? gone.operations : []).map(({ id }) => id));
    expect(machinesIn(hub.data)).toHaveLength(2);
    await hub.end();
  });
});

describe("Claude Code in a thopter", () => {
  it("has no way to the hub that made it", async () => {
    const { hub, api } = await startClaudeHub();
    const { port } = new URL(hub.url);
    const request = `POST /api/listThopters HTTP/1.1\\r\\nHost: 127.0.0.1:${port}\\r\\nContent-Type: application/json\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\n{}`;
    const task = [
      `run echo "tokens: $(env | grep -ciE 'thopter_(token|url)|thp_')"`,
      `echo "thopter: $(command -v thopter)."`,
      `cat ${hub.data}/token ${hub.data}/agent-token ${hub.data}/hub.json`,
      `exec 3<>/dev/tcp/127.0.0.1/${port}`,
      `printf '${request}' >&3`,
      `cat <&3`,
      `echo "all tried"`,
    ].join("; ");
    await hub.ready({ name, task });
    const result = () => api.requests.find(({ said }) => said.startsWith("Result:"))?.said;
    await expect.poll(result, soon).toContain("all tried");
    expect(result()).toContain("tokens: 0\\nthopter: .\\n");
    expect(result()).toContain("HTTP/1.1 401 Unauthorized");
    expect(result()?.match(/No such file or directory/g)).toHaveLength(3);
    for (const file of ["token", "agent-token"] as const)
      expect(result()).not.toContain(hub.token(file));
    await hub.destroyed(name);
    await hub.end();
  });
});
