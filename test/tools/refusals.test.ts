import { describe, expect, it } from "vitest";
import { z } from "zod";
import { StoreUnavailableError, UserError, userErrorCodes } from "../../src/core/errors.ts";
import type { Fleet } from "../../src/core/ports/fleet.ts";
import { catalogue } from "../../tools/catalogue.ts";
import type { Tool } from "../../tools/define-tool.ts";
import { listed } from "../../tools/mcp-server.ts";
import { callers, startRig } from "../fleet/rig.ts";
import { createManualClock } from "../manual-clock.ts";
import { createFakeFleet } from "./fake-fleet.ts";
import { callOf, clientOf } from "./rig-client.ts";

const thopter = "amber-falcon";

/** For each tool, arguments that it takes. */
const inputs: Readonly<Record<string, Record<string, unknown>>> = {
  provision_thopter: { task: "t", repository: "a/b" },
  wait_for_thopters: { thopters: [thopter] },
  list_thopters: {},
  get_thopter: { thopter },
  read_thopter: { thopter, what: "screen" },
  tell_thopter: { thopter, text: "go on" },
  destroy_thopters: { thopters: [thopter], reason: "r" },
  wait_for_operations: { ids: ["op-1"] },
  fleet_status: {},
  list_operations: {},
  get_operation: { operation: "op-1" },
  cancel_operation: { operation: "op-1", reason: "r" },
  retry_operation: { operation: "op-1" },
  run_in_thopter: { thopter, command: "true" },
};

const everyTool = catalogue.map((tool) => [tool.name, tool] as const);
const toolNames = catalogue.map(({ name }) => name);

/** Calls a tool on a fleet that fails with this. */
async function refusal(tool: Tool, input: unknown, failure?: Error): Promise<string> {
  const failing = (): never => {
    throw failure ?? new Error("not to be reached");
  };
  const fleet = new Proxy<Fleet>(createFakeFleet(), { get: () => failing });
  const answer = await tool.call(input, {
    fleet,
    caller: { ...callers.agent, toolsets: ["run"] },
    clock: createManualClock(),
    signal: new AbortController().signal,
    progress: () => undefined,
    report: () => "report-1",
  });
  expect(answer.ok).toBe(false);
  return answer.text;
}

type Choice = { field: string; values: string[]; wrong: unknown };

const choiceSchema = z.object({
  enum: z.array(z.string()).optional(),
  items: z.object({ enum: z.array(z.string()).optional() }).optional(),
});

/** The arguments of a tool that take one of few values, or several of them. */
function choicesOf(tool: Tool): Choice[] {
  const fields = Object.entries(listed(tool).inputSchema.properties ?? {});
  return fields.flatMap(([field, schema]): Choice[] => {
    const { enum: values, items } = choiceSchema.parse(schema);
    if (values !== undefined) return [{ field, values, wrong: "odd" }];
    return items?.enum === undefined ? [] : [{ field, values: items.enum, wrong: ["odd"] }];
  });
}

/** Whether a text says what to do now: a tool that exists, or a person to ask. */
function namesNextStep(text: string): boolean {
  return (
    toolNames.some((name) => text.includes(name)) || /\bAsk (?:a person|an admin)\b/.test(text)
  );
}

describe.each(everyTool)("the refusals of %s", (name, tool) => {
  const input = inputs[name] ?? {};
  const fields = Object.keys(tool.input.shape);

  it("name each argument that is missing or of the wrong kind, and those it takes", async () => {
    for (const field of fields) {
      const text = await refusal(tool, { ...input, [field]: { odd: true } });
      expect(text).toMatch(new RegExp(`^Cannot call ${name}: "${field}[".]`));
      expect(text).toMatch(/It takes .*\. Call it again with these\.$/);
      for (const each of fields) expect(text).toContain(each);
      if (!(field in input)) continue;
      const { [field]: _left, ...rest } = input;
      expect(await refusal(tool, rest)).toContain(`"${field}" is missing`);
    }
    expect(await refusal(tool, { ...input, odd: 1 })).toContain('there is no argument "odd"');
  });

  it("name the valid values where there are few", async () => {
    for (const { field, values, wrong } of choicesOf(tool)) {
      const text = await refusal(tool, { ...input, [field]: wrong });
      for (const value of values) expect(text, field).toContain(`"${value}"`);
    }
  });

  it.each(userErrorCodes)("give cause and next call when the fleet says %s", async (code) => {
    const cause = "Cannot do that: the moon is full.";
    const text = await refusal(tool, input, new UserError(cause, { code }));
    expect(text.startsWith(cause)).toBe(true);
    expect(namesNextStep(text.slice(cause.length)), text).toBe(true);
  });

  it("say of a fault of the hub where it is told and what to look at, and no more", async () => {
    const fault = await refusal(tool, input, new Error("password=hunter2"));
    expect(fault).toContain("report-1");
    expect(namesNextStep(fault)).toBe(true);
    expect(fault).not.toContain("hunter2");
    const disk = await refusal(tool, input, new StoreUnavailableError("ENOSPC"));
    expect(disk).toMatch(/^Cannot record .*Nothing was done\./);
    expect(namesNextStep(disk)).toBe(true);
  });
});

describe("the refusals of the real fleet, through a real client", () => {
  it("each name a cause and a next call", async () => {
    const rig = await startRig({ maxQueueSize: 3 });
    const agent = await clientOf(rig, { ...callers.agent, toolsets: ["run"] });
    await rig.provision(callers.ben, { name: "bens-owl" });
    await rig.provision(callers.agent, { name: "my-owl" });
    rig.world.held.add("create");
    await rig.provision(callers.agent, { name: "early-owl", key: "k" });
    const { content: done } = await callOf(agent, "list_operations", { thopter: "my-owl" });
    // The output schema says so.
    const [provision] = done["operations"] as { id: string }[];
    const operation = provision?.id ?? "";
    const provisioned = { task: "t", repository: "a/b" };
    const refused: [string, Record<string, unknown>, RegExp][] = [
      ["get_thopter", { thopter: "nobody" }, /There are: bens-owl, my-owl/],
      ["read_thopter", { thopter: "bens-owl", what: "screen" }, /not yours/],
      ["read_thopter", { thopter: "early-owl", what: "screen" }, /no machine now/],
      ["read_thopter", { thopter: "nobody", what: "diff" }, /There are: /],
      ["tell_thopter", { thopter: "bens-owl", text: "x" }, /not yours/],
      ["tell_thopter", { thopter: "early-owl", text: "x" }, /it is (?:requested|provisioning)/],
      ["run_in_thopter", { thopter: "bens-owl", command: "true" }, /not yours/],
      ["destroy_thopters", { thopters: ["nobody"], reason: "r" }, /There are: /],
      ["wait_for_thopters", { thopters: ["nobody"] }, /There are: /],
      ["wait_for_operations", { ids: ["nothing"] }, /neither an operation nor an approval/],
      ["get_operation", { operation: "nothing" }, /there is none with that id/],
      ["cancel_operation", { operation: "nothing", reason: "r" }, /there is none with that id/],
      ["cancel_operation", { operation, reason: "r" }, /Cannot cancel/],
      ["retry_operation", { operation }, /Only failed and canceled/],
      ["list_operations", { thopter: "nobody" }, /There are: /],
      ["provision_thopter", { ...provisioned, name: "my-owl" }, /the name is taken/],
      ["provision_thopter", { ...provisioned, name: "No Name" }, /like "amber-falcon"/],
      ["provision_thopter", { ...provisioned, repository: "-x" }, /Give an address such as/],
      ["provision_thopter", { ...provisioned, repository: "/etc" }, /Cannot use the repository/],
      ["provision_thopter", { ...provisioned, base: "--help" }, /name of a branch/],
      ["provision_thopter", { ...provisioned, labels: ["$(x)"] }, /a label is letters/],
      ["provision_thopter", { ...provisioned, ttl_hours: 8000 }, /30 days/],
      ["provision_thopter", { ...provisioned, key: "k" }, /with other arguments/],
      ["provision_thopter", { ...provisioned, task: " " }, /say what the agent should do/],
    ];
    for (const [name, input, cause] of refused) {
      const { isError, text } = await callOf(agent, name, input);
      const about = `${name} ${JSON.stringify(input)}: ${text}`;
      expect(isError, about).toBe(true);
      expect(text, about).toMatch(/^Cannot \w+/);
      expect(text, about).toMatch(cause);
      expect(namesNextStep(text), about).toBe(true);
    }
    for (const name of ["one", "two", "three", "four"]) {
      await callOf(agent, "provision_thopter", { ...provisioned, name: `${name}-owl` });
    }
    const full = await callOf(agent, "provision_thopter", provisioned);
    expect(full.text).toMatch(/3 wait already.*cancel_operation/);
    rig.world.release("create");
  });

  it("are tools that are not there, for those who may not use them", async () => {
    const rig = await startRig();
    const viewer = await clientOf(rig, callers.vera);
    const refused = viewer.callTool({ name: "destroy_thopters", arguments: {} });
    await expect(refused).rejects.toThrow(/no such tool for you\. There are .*list_thopters/);
  });
});
