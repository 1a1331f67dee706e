import { describe, expect, it, vi } from "vitest";
import type { ThopterView } from "../../src/core/ports/fleet.ts";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { commandLineOf, jsonOf, run } from "./run.ts";
import type { Ran } from "./run.ts";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

/** The lines of a command that ended well, its fields apart. */
function linesOf({ code, stdout, stderr }: Ran): string[][] {
  if (code !== 0) throw new Error(`It ended with ${String(code)}: ${stderr}`);
  return stdout
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.split("\t"));
}

/** What it was told may still be on its way through its terminal. */
const busyOrIdle: unknown = expect.stringMatching(/^(working|idle)$/);

async function withHub(work: (hub: TestHub) => Promise<void>): Promise<void> {
  const hub = await startHub();
  await work(hub);
  await hub.end();
}

/** What steers a terminal, reorders or hides text. */
const steering = ["\u001b", "\u009b", "\u202e", "\r"];

describe("thopters", () => {
  it("are provisioned, listed, looked at, told, waited for and destroyed", () =>
    withHub(async (hub) => {
      const thopter = commandLineOf(hub);
      const made = await thopter(
        ...["provision", "say", "hello", "--repo", hub.repository],
        ...["--name", "amber-falcon", "--label", "team:red", "--ttl", "8h"],
      );
      expect(made).toMatchObject({
        code: 0,
        stdout: "amber-falcon is ready. See it with: thopter screen amber-falcon\n",
      });
      const progress = made.stderr.trimEnd().split("\n");
      expect(progress.at(-1)).toBe("provision amber-falcon: succeeded");
      expect(progress.join("\n")).toMatch(/^provision amber-falcon: 10\/10 verify-agent/m);
      expect(new Set(progress).size).toBe(progress.length);
      for (const line of progress) {
        expect(line).toMatch(/^provision amber-falcon: /);
        for (const sign of steering) expect(line).not.toContain(sign);
      }

      expect(linesOf(await thopter("list"))).toEqual([
        ["NAME", "STATE", "OWNER", "AGE", "REPOSITORY", "OPERATION"],
        [
          "amber-falcon",
          expect.stringMatching(/^(ready|working|idle)$/),
          expect.any(String),
          expect.stringMatching(/ s$/),
          hub.repository,
          "",
        ],
      ]);
      expect(jsonOf(await thopter("list", "--label", "team:red", "--json"))).toMatchObject({
        items: [{ name: "amber-falcon", status: "ready", mine: true, labels: ["team:red"] }],
      });
      const others = await thopter("list", "--label", "team:blue");
      expect(others).toMatchObject({ code: 0, stdout: "" });
      expect(others.stderr).toContain("There are none of these");

      const detail = await thopter("status", "amber-falcon");
      expect(detail.stdout).toMatch(/^name +amber-falcon$/m);
      expect(detail.stdout).toMatch(/^task +say hello$/m);
      expect(detail.stdout).toMatch(/^lives +8 h more$/m);
      expect(detail.stdout).toMatch(/^work +0 commits, 0 uncommitted files$/m);
      expect(jsonOf(await thopter("status", "amber-falcon", "--json"))).toMatchObject({
        name: "amber-falcon",
        work: { commitsAhead: 0 },
      });

      const told = await thopter("tell", "amber-falcon", "hello", "there");
      expect(told.stdout).toMatch(/^Told amber-falcon \(\w+\)\.\n$/);
      const waited = await thopter("wait", "amber-falcon", "--timeout", "30s");
      expect(waited).toMatchObject({ code: 0, stdout: "amber-falcon: idle\n" });
      expect(jsonOf(await thopter("wait", "amber-falcon", "--until", "ready", "--json"))).toEqual(
        expect.objectContaining({ done: true }),
      );
      expect((await thopter("screen", "amber-falcon")).stdout).toContain("hello there");
      expect((await thopter("screen", "amber-falcon", "--history")).stdout).toContain(
        "hello there",
      );
      expect(jsonOf(await thopter("screen", "amber-falcon", "--json"))).toMatchObject({
        thopterName: "amber-falcon",
        what: "screen",
      });
      expect(await thopter("diff", "amber-falcon")).toEqual({
        code: 0,
        stdout: "",
        stderr: "Nothing has changed.\n",
      });
      expect((await thopter("log", "amber-falcon")).stderr).toContain("There is no log");

      expect(linesOf(await thopter("destroy", "amber-falcon", "--dry-run"))).toEqual([
        ["NAME", "OWNER", "STATE", "AGENT", "AGE", "UNSAVED WORK"],
        ["amber-falcon", expect.any(String), "ready", busyOrIdle, expect.any(String), "none"],
      ]);
      expect(jsonOf(await thopter("destroy", "amber-falcon", "--dry-run", "--json"))).toMatchObject(
        { plan: { items: [{ name: "amber-falcon" }] }, verdict: { answer: "allow" } },
      );
      const refused = await thopter("destroy", "amber-falcon");
      expect(refused.code).toBe(4);
      expect(refused.stderr).toBe(
        "Nothing was destroyed: nobody is at the terminal to confirm (use --yes).\n",
      );
      expect((await thopter("destroy", "amber-falcon", "--json")).code).toBe(4);
      expect(linesOf(await thopter("list"))).toHaveLength(2);

      const destroyed = await thopter("destroy", "--mine", "--yes");
      expect(destroyed.code).toBe(0);
      expect(destroyed.stdout).toMatch(/\namber-falcon is gone\.\n$/);
      expect(await thopter("list")).toMatchObject({
        code: 0,
        stdout: "",
        stderr: 'There are no thopters. "thopter provision" makes one.\n',
      });
      expect((await thopter("destroy", "--mine", "--yes")).code).toBe(2);
    }));

  it("are listed by name, a line each, and in JSON, without what could steer a terminal", () =>
    withHub(async (hub) => {
      const thopter = commandLineOf(hub);
      const task = "evil\u001b]0;title\u0007 \u009b2J\u202e";
      await hub.ready({ name: "tawny-owl", task });
      await hub.ready({ name: "amber-owl" });
      const names = linesOf(await thopter("list")).map(([name]) => name);
      expect(names).toEqual(["NAME", "amber-owl", "tawny-owl"]);
      const shown = await thopter("status", "tawny-owl");
      expect(shown.stdout).toMatch(/^task +evil$/m);
      for (const sign of steering) expect(shown.stdout).not.toContain(sign);
      const json = await thopter("status", "tawny-owl", "--json");
      for (const sign of steering) expect(json.stdout).not.toContain(sign);
      expect(jsonOf(json)).toMatchObject({ task: "evil " });
    }));

  it("that hold work are rescued, and go on from it", () =>
    withHub(async (hub) => {
      const thopter = commandLineOf(hub);
      await hub.ready({ name: "amber-falcon" });
      await hub.person.call("run", {
        thopter: "amber-falcon",
        command: "echo more > unsaved.txt",
        timeoutMs: 10_000,
      });
      const planned = linesOf(await thopter("destroy", "amber-falcon", "--dry-run"));
      expect(planned[1]?.at(-1)).toBe("1 file");
      const destroyed = await thopter("destroy", "amber-falcon", "--yes");
      expect(destroyed.stdout).toMatch(/amber-falcon is gone\. Rescued: .+\.\n$/);
      const [head, rescue] = linesOf(await thopter("restore"));
      expect(head?.[0]).toBe("THOPTER");
      expect(rescue?.slice(0, 1)).toEqual(["amber-falcon"]);
      const restored = await thopter("restore", "amber-falcon", "--name", "jade-owl");
      expect(restored).toMatchObject({
        code: 0,
        stdout: "jade-owl goes on from the rescued work.\n",
      });
      expect((await thopter("diff", "jade-owl")).stdout).toContain("unsaved.txt");
    }));
});

describe("the fleet", () => {
  it("has its lanes, what waits and why, paused and resumed", () =>
    withHub(async (hub) => {
      const thopter = commandLineOf(hub);
      expect((await thopter("pause", "provision")).stdout).toBe("Paused: provision lane.\n");
      const asked = await thopter(
        "provision",
        "wait",
        "--repo",
        hub.repository,
        "--no-wait",
        "--json",
      );
      const { operation } = jsonOf(asked) as { operation: { id: string }; thopter: ThopterView };
      const status = await thopter("status");
      expect(status.stdout).toMatch(/^provision lane\t0 of 1\t1\tpaused$/m);
      expect(status.stdout).toMatch(
        /^provision\t[a-z-]+\t\tIt waits: the provision lane is paused/m,
      );
      expect(jsonOf(await thopter("status", "--json"))).toMatchObject({
        queue: [{ operationId: operation.id }],
      });
      const listed = linesOf(await thopter("operation", "list", "--limit", "5"));
      expect(listed[1]?.slice(0, 2)).toEqual([operation.id, "provision"]);
      const found = await thopter("operation", "get", operation.id);
      expect(found.stdout).toMatch(/^provision [a-z-]+: queued\n[^]*It waits: /);
      const canceled = await thopter("operation", "cancel", operation.id, "--reason", "no need");
      expect(canceled.stdout).toMatch(/^provision [a-z-]+ is canceled\.\n$/);
      expect((await thopter("operation", "cancel", operation.id)).code).toBe(6);
      expect((await thopter("resume", "all")).stdout).toBe("Nothing is paused.\n");
      const again = jsonOf(await thopter("operation", "retry", operation.id, "--json"));
      expect(again).toMatchObject({ retryOf: operation.id, kind: "provision" });
      const [done] = await hub.finished((again as { id: string }).id);
      expect(done?.status).toBe("succeeded");
      const ended = await thopter("operation", "get", done?.id ?? "");
      expect(ended.stdout).toMatch(/^create-machine\tsucceeded\t/m);
      expect(jsonOf(await thopter("operation", "get", done?.id ?? "", "--json"))).toMatchObject({
        status: "succeeded",
      });
    }));

  it("asks a person, who decides at the command line", () =>
    withHub(async (hub) => {
      const thopter = commandLineOf(hub);
      expect(await thopter("approve")).toMatchObject({
        code: 0,
        stderr: "Nothing waits for a decision.\n",
      });
      await hub.ready({ name: "amber-falcon" }, hub.agent);
      const request = { thopters: ["amber-falcon"], force: true, reason: "\u001b[2Jdone" };
      const ask = async (): Promise<string> => {
        const asked = await hub.agent.call("destroy", request);
        return asked.outcome === "approval-needed" ? asked.approval.id : "";
      };
      const first = await ask();
      const listed = await thopter("approve");
      expect(listed.stdout).toContain(first);
      expect(listed.stdout).toContain('Their reason: "done"');
      expect(jsonOf(await thopter("approve", "--json"))).toMatchObject([{ id: first }]);
      expect((await thopter("approve", first)).code).toBe(4);
      const denied = await thopter("approve", first, "--deny", "--yes");
      expect(denied).toMatchObject({ code: 0 });
      expect(denied.stdout).toMatch(/\nThe request is denied\.\n$/);
      expect((await thopter("approve", first, "--yes")).code).toBe(6);
      expect((await thopter("approve", "none", "--yes")).code).toBe(5);
      const agents = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: hub.token("agent-token") };
      const second = await ask();
      expect((await run(agents, "approve", second, "--yes")).code).toBe(4);
      const approved = await thopter("approve", second, "--yes", "--json");
      expect(jsonOf(approved)).toMatchObject({
        approval: { status: "approved" },
        operations: [{ kind: "destroy", force: true }],
      });
    }));

  it("has tokens, whose secrets are shown once", () =>
    withHub(async (hub) => {
      const thopter = commandLineOf(hub);
      const made = await thopter(
        "token",
        "create",
        "--agent",
        "--label",
        "claude",
        "--expires",
        "30d",
      );
      expect(made).toMatchObject({ code: 0, stderr: "Keep it: it is not shown again.\n" });
      const secret = made.stdout.trimEnd();
      expect(secret).toMatch(/^thp_agent_[\w-]+$/);
      const listed = linesOf(await thopter("token", "list"));
      const row = listed.find(([, , label]) => label === "claude");
      expect(row?.slice(1)).toEqual([
        "agent",
        "claude",
        expect.any(String),
        "admin",
        expect.any(String),
        "30 d left",
      ]);
      expect(JSON.stringify(jsonOf(await thopter("token", "list", "--json")))).not.toContain(
        secret,
      );
      const byAgent = { THOPTER_DATA_DIR: hub.data, THOPTER_TOKEN: secret };
      expect((await run(byAgent, "list")).code).toBe(0);
      expect((await run(byAgent, "token", "create")).code).toBe(4);
      const revoked = await thopter("token", "revoke", row?.[0] ?? "");
      expect(revoked.stdout).toBe('Token "claude" is revoked.\n');
      const late = await run(byAgent, "list");
      expect(late.code).toBe(4);
      expect(late.stderr).toMatch(/^Cannot tell who you are/);
      expect((await run(byAgent, "doctor")).stdout).toMatch(/hub +Cannot tell who you are/);
    }));

  it("is examined by the doctor", () =>
    withHub(async (hub) => {
      const examined = await commandLineOf(hub)("doctor");
      expect(examined.stdout).toMatch(/^✓ node +\d/m);
      expect(examined.stdout).toMatch(/^✓ git +git version/m);
      expect(examined.stdout).toMatch(/^✓ hub +runs at http:\/\/127\.0\.0\.1:\d+ with 0 of 20/m);
      const { stdout } = await commandLineOf(hub)("doctor", "--json");
      const findings: unknown = JSON.parse(stdout);
      expect(findings).toContainEqual(expect.objectContaining({ what: "tmux", ok: true }));
    }));
});
