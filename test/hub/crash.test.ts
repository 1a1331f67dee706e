import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/core/operation.ts";
import { createRunPlaces } from "../../src/providers/local/local-places.ts";
import { holdClones } from "./held-clone.ts";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";
import { stepIs } from "./hub-events.ts";
import { machinesIn, rescuesIn } from "./nothing-left.ts";
import { fixture } from "./repository.ts";

const heldSetup = { ".thopter/setup": fixture("held-setup.sh") };

/** Lets the setup scripts of all machines go on, and counts what became of them. */
function letSetupsGo(hub: TestHub): void {
  for (const id of machinesIn(hub.data)) writeFileSync(homeFile(hub, id, "go"), "");
}

function homeFile(hub: TestHub, machine: string, name: string): string {
  return join(hub.data, "machines", machine, "home", name);
}

/** That an agent still answers, on the very terminal it had from the start. */
async function expectAnswer(hub: TestHub, thopter: string, words: readonly string[]) {
  await hub.person.call("tell", { thopter, text: words.at(-1) ?? "" });
  const read = async () =>
    (await hub.person.call("read", { thopter, what: "transcript" })).text.match(/Heard\[\w+\]/g);
  await expect.poll(read, { timeout: 10_000 }).toEqual(words.map((word) => `Heard[${word}]`));
}

/** That one request made one operation, which ended well and made one machine. */
async function expectMadeOnce(hub: TestHub, thopterId: string): Promise<void> {
  const { items } = await hub.person.call("listOperations", { thopter: thopterId });
  expect(items).toMatchObject([{ kind: "provision", status: "succeeded", attempts: 0 }]);
  const thopter = await hub.person.call("getThopter", { thopter: thopterId });
  expect(thopter.status).toBe("ready");
  const tags = machinesIn(hub.data).map((id) =>
    readFileSync(join(hub.data, "machines", id, "machine.json"), "utf8"),
  );
  expect(tags.filter((text) => text.includes(thopterId))).toHaveLength(1);
}

describe("a hub that is killed in the middle of a provision", () => {
  it("adopts the machine that was just made", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    const { thopter, operation } = await hub.provision();
    await expect.poll(() => machinesIn(hub.data), { interval: 1 }).toHaveLength(1);
    await hub.kill();
    await hub.start();
    await hub.finished(operation.id);
    await expectMadeOnce(hub, thopter.id);
    expect(machinesIn(hub.data)).toHaveLength(1);
    await hub.end();
  });

  it("clones again what it was cloning", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    const release = holdClones(hub.repository);
    const events = await hub.events();
    const { thopter, operation } = await hub.provision();
    await events.operation(operation.id, stepIs("clone", "running"));
    await hub.kill();
    await hub.start();
    const look = () => hub.person.call("getOperation", { id: operation.id });
    await expect.poll(async () => stepIs("clone", "running")(await look())).toBe(true);
    release();
    await hub.finished(operation.id);
    await expectMadeOnce(hub, thopter.id);
    expect(machinesIn(hub.data)).toHaveLength(1);
    await hub.end();
  });

  it("runs the setup script again, and never two at once", { timeout: 60_000 }, async () => {
    const hub = await startHub({ files: heldSetup });
    const events = await hub.events();
    const { thopter, operation } = await hub.provision();
    await events.operation(operation.id, stepIs("run-setup-script", "running"));
    const [machine = ""] = machinesIn(hub.data);
    const runs = () => readFileSync(homeFile(hub, machine, "setup-runs"), "utf8");
    await expect.poll(runs).toBe("begun\n");
    await hub.kill();
    await hub.start();
    await expect.poll(runs, { timeout: 10_000 }).toBe("begun\nbegun\n");
    letSetupsGo(hub);
    await hub.finished(operation.id);
    expect(runs()).toBe("begun\nbegun\nended\n");
    await expectMadeOnce(hub, thopter.id);
    await hub.end();
  });

  it("launches no second agent", { timeout: 60_000 }, async () => {
    const agent = 'echo started >> "$HOME/starts"; exec sh ./agent.sh';
    const hub = await startHub({ env: { THOPTER_AGENT_COMMAND: agent } });
    const { thopter, operation } = await hub.provision();
    const runOf = createRunPlaces(join(hub.data, "machines"));
    const sockets = () => machinesIn(hub.data).map((id) => join(runOf(id), "tmux.sock"));
    // In the moment in which its terminal is there: that it was launched has not yet been recorded.
    await expect
      .poll(() => sockets().some(existsSync), { interval: 1, timeout: 20_000 })
      .toBe(true);
    await hub.kill();
    await hub.start();
    await hub.finished(operation.id);
    await expectMadeOnce(hub, thopter.id);
    const [machine = ""] = machinesIn(hub.data);
    expect(readFileSync(homeFile(hub, machine, "starts"), "utf8")).toBe("started\n");
    await expectAnswer(hub, thopter.name, ["one"]);
    await hub.end();
  });

  it("goes on with all that was under way, and the agents that ran go on", async () => {
    const hub = await startHub({ env: { MAX_CONCURRENT_SETUPS: "1" } });
    const ready = await hub.ready({ name: "amber-owl" });
    await expectAnswer(hub, "amber-owl", ["one"]);
    const release = holdClones(hub.repository);
    const events = await hub.events();
    const asked = [];
    for (const name of ["jade-owl", "sage-owl", "umber-owl"]) {
      asked.push(await hub.provision({ name }));
    }
    const ids = asked.map(({ operation }) => operation.id);
    await events.operation(ids[0] ?? "", stepIs("clone", "running"));
    await hub.kill();
    await hub.start();
    await expectAnswer(hub, "amber-owl", ["one", "two"]);
    release();
    await hub.finished(...ids);
    for (const { thopter } of asked) await expectMadeOnce(hub, thopter.id);
    await expectMadeOnce(hub, ready.id);
    expect(machinesIn(hub.data)).toHaveLength(4);
    await hub.end();
  }, 90_000);
});

const moments: { moment: string; isThen: (operation: Operation) => boolean }[] = [
  { moment: "while it saves work", isThen: stepIs("rescue", "running") },
  { moment: "once work is saved", isThen: stepIs("rescue", "succeeded") },
  { moment: "while it destroys machines", isThen: stepIs("destroy-machine", "running") },
];

describe("a hub that is killed in the middle of a bulk destroy", () => {
  it.each(moments)(
    "finishes each, and saves work once: $moment",
    { timeout: 90_000 },
    async ({ isThen }) => {
      const agent = "echo mine >> NOTES.md; git commit -qam Mine; exec sleep 100000";
      const env = { THOPTER_AGENT_COMMAND: agent, MAX_CONCURRENT_PROVISIONS: "3" };
      const hub = await startHub({ env });
      const names = ["amber-owl", "jade-owl", "sage-owl"];
      await Promise.all(names.map((name) => hub.ready({ name })));
      const events = await hub.events();
      const request = { thopters: names, reason: "collected" };
      const asked = await hub.person.call("destroy", request);
      if (asked.outcome === "accepted") throw new Error("Nobody was asked");
      const decision = { id: asked.approval.id, decision: "approve" as const };
      const { operations } = await hub.person.call("decide", decision);
      const ids = operations.map(({ id }) => id);
      expect(ids).toHaveLength(3);
      await Promise.race(ids.map((id) => events.operation(id, isThen)));
      await hub.kill();
      await hub.start();
      const finished = await hub.finished(...ids);
      expect(finished.map(({ status, attempts }) => [status, attempts])).toEqual(
        names.map(() => ["succeeded", 0]),
      );
      const { items } = await hub.person.call("listOperations", {});
      expect(items.filter(({ kind }) => kind === "destroy")).toHaveLength(3);
      const rescues = await hub.person.call("rescues", {});
      const saved = new Map(rescues.map(({ id, commits }) => [id, commits]));
      expect(saved).toEqual(new Map(ids.map((id) => [id, 1])));
      expect(rescuesIn(hub.data).toSorted()).toEqual(ids.toSorted());
      expect(machinesIn(hub.data)).toEqual([]);
      await hub.end();
    },
  );
});
