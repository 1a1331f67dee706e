import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startHub } from "./hub-kit.ts";
import type { TestHub } from "./hub-kit.ts";
import { machinesIn } from "./nothing-left.ts";
import { fixture, git } from "./repository.ts";

const precious = "the-neighbours-plan-77d1";

/** A process of this machine that a thopter must neither see nor end. */
function runBystander(hub: TestHub): number {
  const child = spawn("sleep", ["86397"], { stdio: "ignore", env: { BYSTANDER: precious } });
  onTestFinished(() => void child.kill("SIGKILL"));
  expect(hub.pid).toBeGreaterThan(0);
  // Set once it is spawned, and sleep is everywhere.
  return child.pid as number;
}

/** What the hostile agent needs to know; it has it all from its task. */
function taskFor(hub: TestHub, facts: { neighbour: string; bystander: number }): string {
  const { port } = new URL(hub.url);
  return [
    `data=${hub.data}`,
    `neighbour=${facts.neighbour}`,
    `hub=${String(hub.pid)}`,
    `bystander=${String(facts.bystander)}`,
    `port=${port}`,
    `precious=${precious}`,
  ].join("\n");
}

/** A branch whose agent is the hostile one. */
function makeHostileBranch(repository: string): void {
  git(repository, "switch", "--quiet", "--create", "hostile");
  writeFileSync(join(repository, "agent.sh"), "exec bash ./hostile.sh\n");
  writeFileSync(join(repository, "hostile.sh"), fixture("hostile.sh"));
  git(repository, "add", ".");
  git(repository, "commit", "--quiet", "--message", "Turn hostile");
  git(repository, "switch", "--quiet", "main");
}

describe("a hostile agent in a thopter", () => {
  it("reaches nothing of the hub, its machine or its neighbours", { timeout: 90_000 }, async () => {
    const hub = await startHub();
    makeHostileBranch(hub.repository);
    await hub.ready({ name: "amber-owl" });
    const [neighbour = ""] = machinesIn(hub.data);
    writeFileSync(join(hub.data, "machines", neighbour, "home", "plan"), precious);
    const bystander = runBystander(hub);
    const agent = hub.agent;
    const task = taskFor(hub, { neighbour, bystander });
    const { name } = await hub.ready({ name: "jade-jay", base: "hostile", task }, agent);
    const [own = ""] = machinesIn(hub.data).filter((id) => id !== neighbour);
    const file = join(hub.data, "machines", own, "home", "notes", "report.txt");
    const report = () => readFileSync(file, "utf8");
    await expect.poll(report, { timeout: 40_000 }).toContain("over\n");

    const secrets = [hub.token("token"), hub.token("agent-token"), precious];
    for (const secret of secrets) expect(report()).not.toContain(secret);
    const reached = report()
      .split("\n")
      .filter((line) => line.startsWith("REACHED"));
    expect(reached).toEqual([]);
    expect(report()).toContain("401 Unauthorized");
    expect(report()).toContain("tried everything");

    // What it leaves in its clone gets out by no reading.
    for (const what of ["screen", "transcript", "diff", "log"] as const) {
      const { text } = await agent.call("read", { thopter: name, what });
      for (const secret of secrets) expect(text).not.toContain(secret);
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }
    expect(process.kill(bystander, 0)).toBe(true);
    expect((await hub.person.call("whoAmI", {})).person?.role).toBe("admin");
    await hub.person.call("tell", { thopter: "amber-owl", text: "alive" });
    const screen = () => hub.person.call("read", { thopter: "amber-owl", what: "screen" });
    await expect
      .poll(async () => (await screen()).text, { timeout: 10_000 })
      .toContain("Heard[alive]");

    const [destroy] = await hub.destroyed(name);
    expect(destroy?.status).toBe("succeeded");
    const rescue = (await hub.person.call("rescues", {})).find((one) => one.thopterName === name);
    const bundle = readFileSync(rescue?.bundlePath ?? "", "latin1");
    for (const secret of secrets) expect(bundle).not.toContain(secret);
    await hub.end();
  });
});
