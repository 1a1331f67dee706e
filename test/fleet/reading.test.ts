import { describe, expect, it } from "vitest";
import { ProviderError } from "../../src/core/errors.ts";
import type { ReadAnswer, Reading } from "../../src/core/ports/reading.ts";
import { settle } from "../manual-clock.ts";
import { callers, refusalOf, secret, startRig } from "./rig.ts";
import type { Rig } from "./rig.ts";

const { ann, ben, ada, agent } = callers;
const signal = new AbortController().signal;
const runner = { ...agent, toolsets: ["run"] };

function read(
  { fleet }: Rig,
  thopter: string,
  request: { what: Reading; maxBytes?: number; history?: boolean },
): Promise<ReadAnswer> {
  return fleet.read(ann, { thopter, ...request }, signal);
}

describe("reading a thopter", () => {
  it("shows its screen, what scrolled away, its log and its diff", async () => {
    const rig = await startRig();
    const { name } = await rig.provision(ann);
    rig.world.output = "set up";
    const shown = async (what: Reading): Promise<string> => (await read(rig, name, { what })).text;
    expect(await shown("screen")).toBe("a screen");
    const scrolled = await read(rig, name, { what: "screen", history: true });
    expect(scrolled.text).toBe("before\na screen");
    expect(await shown("log")).toBe("set up");
    expect(await shown("diff")).toBe("a diff");
    // The one that is left watches its agent.
    expect(rig.world.openSessions).toBe(1);
  });

  it("is bounded: the end of a screen or log, the start of a diff", async () => {
    const rig = await startRig();
    const { name } = await rig.provision(ann);
    Object.assign(rig.world, { screen: "123456789", output: "123456789", diff: "123456789" });
    expect(await read(rig, name, { what: "screen", maxBytes: 5 })).toMatchObject({
      text: "…6789",
      truncated: true,
    });
    expect(await read(rig, name, { what: "log", maxBytes: 5 })).toMatchObject({
      text: "…6789",
      truncated: true,
    });
    expect(await read(rig, name, { what: "diff", maxBytes: 5 })).toMatchObject({
      text: "1234…",
      truncated: true,
    });
    expect(await read(rig, name, { what: "diff", maxBytes: 9 })).toMatchObject({
      text: "123456789",
      truncated: false,
    });
    rig.world.diff = "x".repeat(2_000_000);
    expect((await read(rig, name, { what: "diff", maxBytes: 1e9 })).text).toHaveLength(1_000_000);
    rig.world.screen = "x".repeat(200_000);
    expect((await read(rig, name, { what: "screen" })).text).toHaveLength(100_000);
    expect((await read(rig, name, { what: "screen", maxBytes: -5 })).text).toBe("…");
  });

  it("strips what steers a terminal, and hides secrets however they are cut or broken up", async () => {
    const rig = await startRig();
    const { name } = await rig.provision(ann);
    const token = `ghp_${"a1".repeat(15)}`;
    const broken = `${token.slice(0, 9)}\u200b${token.slice(9, 20)}\u001b[0m${token.slice(20)}`;
    const hostile = `\u001b]52;c;x\u0007\u001b[2J${secret} ${broken} ${token}\u202e`;
    Object.assign(rig.world, { screen: hostile, output: hostile, diff: hostile });
    const clean = "[redacted] [redacted] [redacted]";
    for (const what of ["screen", "log", "diff"] as const) {
      expect((await read(rig, name, { what })).text).toBe(clean);
      for (let length = 1; length < clean.length; length += 1) {
        const { text } = await read(rig, name, { what, maxBytes: length });
        expect(text).not.toMatch(/a1|configured|ghp/);
      }
    }
  });

  it("is for its owner and for admins who are persons", async () => {
    const rig = await startRig();
    const { name } = await rig.provision(ann);
    for (const caller of [ben, callers.vera, agent, callers.adminAgent]) {
      const asked = rig.fleet.read(caller, { thopter: name, what: "screen" }, signal);
      expect(await refusalOf(asked)).toMatch(/^forbidden: Cannot read the screen of .*not yours/);
    }
    for (const caller of [ann, ada, callers.annReading]) {
      const asked = rig.fleet.read(caller, { thopter: name, what: "screen" }, signal);
      await expect(asked).resolves.toMatchObject({ thopterName: name, what: "screen" });
    }
  });

  it("says in words why it cannot", async () => {
    const rig = await startRig();
    rig.world.held.add("create");
    const { thopter } = await rig.fleet.provision(ann, { task: "x", repository: "owner/gate" });
    await settle();
    expect(await refusalOf(read(rig, thopter.name, { what: "screen" }))).toMatch(
      /^conflict: .*it has no machine now \(it is provisioning\)/,
    );
    rig.world.release("create");
    await settle();
    const words = `Cannot reach it: \u001b[2J${secret}`;
    rig.world.faults.set("screen", new ProviderError(words, { kind: "transient" }));
    expect(await refusalOf(read(rig, thopter.name, { what: "screen" }))).toBe(
      "unavailable: Cannot reach it: [redacted]",
    );
    expect(rig.reports).toHaveLength(1);
  });

  it("goes on without its work where that cannot be read", async () => {
    const rig = await startRig();
    const { name } = await rig.provision(ann);
    rig.world.faults.set("summary", new Error("broken"));
    const detail = await rig.fleet.getThopter(callers.vera, name);
    expect(detail).toMatchObject({ task: "mend the gate" });
    expect(detail).toMatchObject({ workUnavailable: "its machine did not answer" });
  });
});

describe("telling a thopter", () => {
  it("reaches its agent, raw only from a person", async () => {
    const rig = await startRig();
    const { name } = await rig.provision(agent);
    const request = { thopter: name, text: "/go", raw: true, interrupt: true };
    await rig.fleet.tell(agent, request, signal);
    await rig.fleet.tell(ann, request, signal);
    expect(rig.world.told).toEqual([
      { text: "/go", raw: false, interrupt: true },
      { text: "/go", raw: true, interrupt: true },
    ]);
    expect((await rig.auditLines()).slice(-2)).toEqual([
      "agent:ann tell succeeded",
      "person:ann tell succeeded",
    ]);
  });

  it("is refused where nobody listens, and where nothing is said", async () => {
    const rig = await startRig();
    const { name, id } = await rig.provision(ann);
    const tell = (text: string): Promise<string> =>
      refusalOf(rig.fleet.tell(ann, { thopter: name, text }, signal));
    expect(await tell(" \n")).toMatch(/^invalid/);
    expect(await tell("x".repeat(100_001))).toMatch(/^invalid/);
    rig.world.held.add("remove");
    await rig.fleet.destroy(ann, { thopters: [id], reason: "done" });
    await settle();
    expect(await tell("hello")).toMatch(/^conflict: Cannot tell .* it is destroying/);
    expect(rig.world.told).toEqual([]);
  });

  it("that fails is on record too", async () => {
    const rig = await startRig();
    const { name } = await rig.provision(ann);
    rig.world.faults.set("tell", new ProviderError("a dialog is open", { kind: "permanent" }));
    const asked = rig.fleet.tell(ann, { thopter: name, text: "hello" }, signal);
    expect(await refusalOf(asked)).toBe("unavailable: a dialog is open");
    expect((await rig.auditLines()).at(-1)).toBe("person:ann tell failed");
  });
});

describe("running a command", () => {
  it("answers with its exit code and output, bounded and without secrets", async () => {
    const rig = await startRig();
    const { name } = await rig.provision(runner);
    rig.world.output = `${"x".repeat(200_000)}${secret}\u001b[2J`;
    const ran = await rig.fleet.run(
      runner,
      { thopter: name, command: `echo ${secret}`, timeoutMs: 1000 },
      signal,
    );
    expect(ran).toMatchObject({ exitCode: 3, stderr: "", truncated: true });
    expect(ran.stdout).toHaveLength(100_000);
    expect(ran.stdout.endsWith("x[redacted]")).toBe(true);
    const entry = (await rig.store.list("audit")).at(-1);
    expect(entry).toMatchObject({ action: "run", outcome: "succeeded", detail: "echo [redacted]" });
  });

  it("is for agents with the toolset, in what they made", async () => {
    const rig = await startRig();
    const { name } = await rig.provision(ann);
    const run = (caller: typeof ann | typeof runner): Promise<unknown> =>
      rig.fleet.run(caller, { thopter: name, command: "id", timeoutMs: 1000 }, signal);
    expect(await refusalOf(run(agent))).toMatch(/^forbidden: .*lacks the toolset "run"/);
    expect(await refusalOf(run(runner))).toMatch(/^forbidden: .*not yours/);
    expect(await refusalOf(run(ben))).toMatch(/^forbidden/);
    await expect(run(ann)).resolves.toMatchObject({ exitCode: 3 });
  });

  it("that breaks off is on record too", async () => {
    const rig = await startRig();
    const { name } = await rig.provision(ann);
    rig.world.faults.set("run", new ProviderError("it took too long", { kind: "transient" }));
    const request = { thopter: name, command: "sleep 9", timeoutMs: 1 };
    expect(await refusalOf(rig.fleet.run(ann, request, signal))).toMatch(/^unavailable/);
    expect((await rig.auditLines()).at(-1)).toBe("person:ann run failed");
  });
});
