import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Requests } from "../../src/cli/hub-client.ts";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";
import { machinesIn } from "./nothing-left.ts";

/** A port of this machine where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has one.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

const noAddress = /^Cannot use the repository ".*": .*\. Give an address such as "https:/;

const refusals: [Partial<Requests["provision"]>, RegExp][] = [
  [{ name: "amber-owl", task: "Another" }, /"amber-owl": the name is taken.*Choose another name/],
  [{ name: "Amber Owl" }, /small letters, digits and single hyphens/],
  [{ name: "../amber" }, /small letters, digits and single hyphens/],
  [{ repository: "--upload-pack=touch /tmp/x" }, noAddress],
  [{ repository: "-c" }, noAddress],
  [{ repository: "ext::sh -c id" }, noAddress],
  [{ repository: "ext::sh" }, noAddress],
  [{ repository: "http://example.org/a" }, noAddress],
  [{ repository: "https://me:secret@example.org/a" }, /holds no login/],
  [{ base: "--force" }, /no name of a branch, tag or commit/],
  [{ task: "  " }, /say what the agent should do/],
  [{ ttlMs: 5 }, /between one minute and 30 days/],
  [{ labels: ["a b"] }, /Cannot use the label "a b"/],
  [{ after: ["01NOPE"] }, /there is none with that id/],
];

/** The words with which a provision fails, and that nothing of it is left. */
async function failure(hub: TestHub, request: Partial<Requests["provision"]>): Promise<string> {
  const { thopter, operation } = await hub.provision(request);
  const [failed] = await hub.finished(operation.id);
  expect(failed?.status).toBe("failed");
  await expect
    .poll(async () => (await hub.person.call("getThopter", { thopter: thopter.id })).status, {
      timeout: 15_000,
    })
    .toBe("gone");
  expect(machinesIn(hub.data)).toEqual([]);
  return [failed?.error?.message, ...(failed?.error?.causes ?? [])].join("\n");
}

describe("a provision that cannot work", () => {
  it("says what is wrong with the repository or its base", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    const empty = join(hub.directory, "repositories");
    expect(await failure(hub, { repository: empty })).toMatch(
      /Cannot clone ".*": there is no git repository there\. Give the path/,
    );
    expect(await failure(hub, { repository: join(hub.directory, "nowhere") })).toContain(
      "there is no git repository there",
    );
    expect(await failure(hub, { base: "no-such-branch" })).toMatch(/no-such-branch/);
    await hub.ready();
    await hub.end();
  });

  it("never makes the hub's own files a repository", { timeout: 60_000 }, async () => {
    const hub = await startHub();
    const { name } = await hub.ready();
    const [machine = ""] = machinesIn(hub.data);
    const clone = join(hub.data, "machines", machine, "home", "notes");
    const asked = await hub.provision({ repository: clone });
    const [failed] = await hub.finished(asked.operation.id);
    expect(failed?.error?.message).toContain("the hub's own files are not for thopters");
    const dotted = join(hub.repository, "..", "..", "data", "machines", machine, "home", "notes");
    const again = await hub.provision({ repository: `file://${dotted}` });
    const [refused] = await hub.finished(again.operation.id);
    expect(refused?.error?.message).toContain("the hub's own files are not for thopters");
    expect((await hub.person.call("getThopter", { thopter: name })).status).toBe("ready");
    await hub.end();
  });

  it("keeps nobody else waiting while a host does not answer", { timeout: 90_000 }, async () => {
    const hub = await startHub();
    const port = String(await closedPort());
    const bad = [
      await hub.provision({ repository: `https://127.0.0.1:${port}/a/b.git` }),
      await hub.provision({ repository: `ssh://git@127.0.0.1:${port}/a/b.git` }),
    ];
    await hub.ready();
    const ended = await hub.finished(...bad.map(({ operation }) => operation.id));
    for (const { status, attempts, error } of ended) {
      expect({ status, attempts }).toEqual({ status: "failed", attempts: 5 });
      expect(error?.message).toMatch(/Cannot clone ".*127\.0\.0\.1/);
      expect(error?.causes.join()).toMatch(/connect/i);
    }
    const { startedAt = 0, createdAt = 0 } =
      (await hub.finished((await hub.provision()).operation.id))[0] ?? {};
    expect(startedAt - createdAt).toBeLessThan(5000);
    await hub.end();
  });

  it("is refused before anything is on record", { timeout: 30_000 }, async () => {
    const hub = await startHub();
    await hub.ready({ name: "amber-owl" });
    for (const [request, words] of refusals) {
      await expect(hub.provision(request)).rejects.toThrow(words);
    }
    const tell = hub.person.call("tell", { thopter: "jade-jay", text: "x" });
    await expect(tell).rejects.toThrow(
      'Cannot find a thopter "jade-jay". There are: amber-owl. list_thopters shows them all.',
    );
    const request = { thopters: ["amber-owl", "jade-jay"], reason: "x" };
    await expect(hub.person.call("destroy", request)).rejects.toThrow(/Cannot find a thopter/);
    const { items } = await hub.person.call("listOperations", {});
    expect(items).toHaveLength(1);
    await hub.end();
  });

  it("tells the last words of an agent that exits at once", { timeout: 40_000 }, async () => {
    const hub = await startHub({ env: { THOPTER_AGENT_COMMAND: "echo no licence; exit 3" } });
    const words = await failure(hub, {});
    expect(words).toContain('Cannot launch the agent "command": it ended with exit code 3');
    expect(words).toContain("no licence");
    await hub.end();
  });

  it("tells the last words of a setup script that fails", { timeout: 40_000 }, async () => {
    const setup = "#!/bin/sh\nprintf 'no \\033[31mcompiler\\n'\nexit 9\n";
    const hub = await startHub({ files: { ".thopter/setup": setup } });
    const words = await failure(hub, {});
    expect(words).toContain("its setup script ended with exit code 9. Mend");
    expect(words).toContain("no compiler");
    // One that is kept can be looked at, and destroyed like any other.
    const { thopter, operation } = await hub.provision({ keepOnFailure: true });
    await hub.finished(operation.id);
    const log = await hub.person.call("read", { thopter: thopter.name, what: "log" });
    expect(log.text).toContain("no compiler");
    await hub.end();
  });
});
