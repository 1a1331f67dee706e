import { describe, expect, it } from "vitest";
import type { HubClient } from "../../src/cli/hub-client.ts";
import type { DestroyAnswer } from "../../src/core/ports/fleet.ts";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";
import { machinesIn } from "./nothing-left.ts";

const quiet = { THOPTER_AGENT_COMMAND: "exec sleep 100000", MAX_CONCURRENT_PROVISIONS: "4" };

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `owl-${String.fromCharCode(97 + index)}`);
}

async function destroy(by: HubClient, ...thopters: string[]): Promise<DestroyAnswer> {
  return by.call("destroy", { thopters, reason: "collected" });
}

/** The id of the approval that was asked for. */
async function approvalOf(asked: Promise<DestroyAnswer>): Promise<string> {
  const answer = await asked;
  if (answer.outcome === "accepted") throw new Error("Nobody was asked");
  return answer.approval.id;
}

/** Tells a thopter something, and waits until its screen shows this of it. */
async function tellAndSee(
  hub: TestHub,
  thopter: string,
  { text, sign }: { text: string; sign: string },
): Promise<void> {
  await hub.person.call("tell", { thopter, text });
  const screen = () => hub.person.call("read", { thopter, what: "screen" });
  await expect.poll(async () => (await screen()).text, { timeout: 10_000 }).toContain(sign);
}

describe("an agent's token", () => {
  it("cannot decide, nor touch what it did not make", { timeout: 60_000 }, async () => {
    const hub = await startHub({ env: quiet });
    const { agent, person } = hub;
    await hub.ready({ name: "owl-person" });
    await hub.ready({ name: "owl-agent" }, agent);
    await expect(destroy(agent, "owl-person")).rejects.toThrow(
      /an agent may destroy only thopters that it made, and owl-person is not/,
    );
    await expect(destroy(agent, "owl-agent", "owl-person")).rejects.toThrow(/owl-person is not/);
    const other = await person.call("createToken", { kind: "agent", label: "another" });
    await expect(destroy(hub.client(other.secret), "owl-agent")).rejects.toThrow(/is not/);
    const forced = agent.call("destroy", { thopters: ["owl-agent"], reason: "x", force: true });
    const id = await approvalOf(forced);
    for (const decision of ["approve", "deny"] as const) {
      await expect(agent.call("decide", { id, decision })).rejects.toThrow(/only a person may/);
    }
    await expect(agent.call("createToken", { kind: "person", label: "x" })).rejects.toThrow(
      /only a person may/,
    );
    await expect(agent.call("pause", { scope: "all" })).rejects.toThrow(/role "admin"/);
    await expect(agent.call("audit", {})).rejects.toThrow(/role "admin"/);
    const spying = agent.call("read", { thopter: "owl-person", what: "screen" });
    await expect(spying).rejects.toThrow(/it is not yours/);
    const talking = agent.call("tell", { thopter: "owl-person", text: "x" });
    await expect(talking).rejects.toThrow(/it is not yours/);
    const running = agent.call("run", { thopter: "owl-agent", command: "id", timeoutMs: 1000 });
    await expect(running).rejects.toThrow(/toolset "run"/);
    expect(machinesIn(hub.data)).toHaveLength(2);
    await hub.end();
  });

  it(
    "is asked for an approval over its limit, however fast it asks",
    { timeout: 90_000 },
    async () => {
      const hub = await startHub({ env: quiet });
      const names = numbered(8);
      await Promise.all(names.map((name) => hub.ready({ name }, hub.agent)));
      const answers = await Promise.all(names.map((name) => destroy(hub.agent, name)));
      const accepted = answers.flatMap((one) => (one.outcome === "accepted" ? one.operations : []));
      expect(accepted).toHaveLength(5);
      const asked = answers.flatMap((one) =>
        one.outcome === "accepted" ? [] : [one.approval.why],
      );
      expect(asked).toEqual(
        Array.from(
          { length: 3 },
          () => expect.stringContaining("more than the 5 that an agent may") as string,
        ),
      );
      await hub.finished(...accepted.map(({ id }) => id));
      expect(machinesIn(hub.data)).toHaveLength(3);
      // A restart forgets nothing of it.
      await hub.stop();
      await hub.start();
      const left = names.filter((_, index) => answers[index]?.outcome !== "accepted");
      expect((await destroy(hub.agent, left[0] ?? "")).outcome).toBe("approval-needed");
      await hub.end();
    },
  );

  it("gets nothing by a retry that it would not get by asking", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    await hub.ready({ name: "owl-a" }, hub.agent);
    const forced = { thopters: ["owl-a"], reason: "x", force: true };
    const id = await approvalOf(hub.agent.call("destroy", forced));
    await tellAndSee(hub, "owl-a", { text: "keep:- mine", sign: "Committed" });
    const { operations } = await hub.person.call("decide", { id, decision: "approve" });
    const [failed] = await hub.finished(operations[0]?.id ?? "");
    expect(failed?.status).toBe("failed");
    const retry = hub.agent.call("retryOperation", { id: failed?.id ?? "" });
    await expect(retry).rejects.toThrow(/Cannot retry the destroy of "owl-a": .*decided again/);
    expect((await hub.person.call("getThopter", { thopter: "owl-a" })).status).toBe("ready");
    await hub.end();
  });
});

describe("an approval", () => {
  it("is decided once, and tells the second who decided", { timeout: 60_000 }, async () => {
    const hub = await startHub({ env: quiet });
    await Promise.all(["owl-a", "owl-b"].map((name) => hub.ready({ name })));
    const id = await approvalOf(destroy(hub.person, "owl-a", "owl-b"));
    const { person } = await hub.person.call("whoAmI", {});
    const clicks = await Promise.allSettled(
      Array.from({ length: 10 }, () => hub.person.call("decide", { id, decision: "approve" })),
    );
    const won = clicks.flatMap((click) => (click.status === "fulfilled" ? [click.value] : []));
    expect(won).toHaveLength(1);
    const lost = clicks.flatMap((click) =>
      click.status === "rejected" ? [String(click.reason)] : [],
    );
    expect(lost).toEqual(
      lost.map(
        () => expect.stringContaining(`approved already by ${person?.name ?? ""}`) as string,
      ),
    );
    expect(lost).toHaveLength(9);
    await hub.finished(...(won[0]?.operations.map((one) => one.id) ?? []));
    const { items } = await hub.person.call("listOperations", {});
    expect(items.filter(({ kind }) => kind === "destroy")).toHaveLength(2);
    await expect(hub.person.call("decide", { id, decision: "deny" })).rejects.toThrow(
      /it was approved already by/,
    );
    await hub.end();
  });

  it("survives a crash, and is nobody's who may not decide", { timeout: 60_000 }, async () => {
    const hub = await startHub({ env: quiet });
    await hub.ready({ name: "owl-a" });
    const request = { kind: "person", label: "x", person: "Robin", role: "operator" } as const;
    const { secret } = await hub.person.call("createToken", request);
    const id = await approvalOf(destroy(hub.client(secret), "owl-a"));
    await hub.kill();
    await hub.start();
    const robin = hub.client(secret);
    await expect(robin.call("decide", { id, decision: "approve" })).rejects.toThrow(/has to/);
    expect(await hub.person.call("listApprovals", { pendingOnly: true })).toHaveLength(1);
    const denied = await hub.person.call("decide", { id, decision: "deny" });
    expect(denied.approval).toMatchObject({ status: "denied" });
    expect(machinesIn(hub.data)).toHaveLength(1);
    await hub.end();
  });

  it("leaves alone what changed after it, and says so", { timeout: 60_000 }, async () => {
    const hub = await startHub({ env: { MAX_CONCURRENT_PROVISIONS: "2" } });
    await Promise.all(["owl-a", "owl-b"].map((name) => hub.ready({ name })));
    const id = await approvalOf(destroy(hub.person, "owl-a", "owl-b"));
    await tellAndSee(hub, "owl-a", { text: "draft:unsaved", sign: "Drafted" });
    const { operations } = await hub.person.call("decide", { id, decision: "approve" });
    const finished = await hub.finished(...operations.map((one) => one.id));
    const [changed, clean] = ["owl-a", "owl-b"].map((name) =>
      finished.find(({ thopterName }) => thopterName === name),
    );
    expect(clean?.status).toBe("succeeded");
    expect(changed?.status).toBe("failed");
    expect(changed?.error?.message).toContain(
      'Cannot destroy "owl-a": it changed after the approval: it has unsaved work now (1 file)',
    );
    // It was not touched: its agent still answers.
    await tellAndSee(hub, "owl-a", { text: "hello", sign: "Heard[hello]" });
    await hub.end();
  });
});

describe("what is told and what is made", () => {
  it("never reaches an agent as a command of its own", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    await hub.ready({ name: "owl-a" }, hub.agent);
    for (const text of ["!rm -rf .", "/exit", "\n\n/quit", "\u001b[200~/logout", " \t!ls"]) {
      await hub.agent.call("tell", { thopter: "owl-a", text, raw: true });
    }
    await tellAndSee(hub, "owl-a", { text: "last", sign: "Heard[last]" });
    const { text } = await hub.person.call("read", { thopter: "owl-a", what: "transcript" });
    expect(text).toContain("rm -rf .");
    expect(text).not.toMatch(/^[!/]/m);
    await hub.end();
  });

  it("is rescued, and restored into a new thopter", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    await hub.ready({ name: "owl-a" });
    await tellAndSee(hub, "owl-a", { text: "keep:- committed", sign: "Committed" });
    await tellAndSee(hub, "owl-a", { text: "draft:half a thought", sign: "Drafted" });
    const [destroyed] = await hub.destroyed("owl-a");
    expect(destroyed?.status).toBe("succeeded");
    const [rescue] = await hub.person.call("rescues", {});
    expect(rescue).toMatchObject({ commits: 1, uncommittedFiles: 1, thopterName: "owl-a" });
    await hub.stop();
    await hub.start();
    const { operation } = await hub.person.call("restore", { rescue: "owl-a", name: "owl-b" });
    const [restored] = await hub.finished(operation.id);
    expect(restored?.status).toBe("succeeded");
    const { text } = await hub.person.call("read", { thopter: "owl-b", what: "diff" });
    expect(text).toContain("+- committed");
    expect(text).toContain("+half a thought");
    const detail = await hub.person.call("getThopter", { thopter: "owl-b" });
    expect(detail.work).toMatchObject({ commitsAhead: 1 });
    await hub.end();
  });
});
