import { expect, it } from "vitest";
import type { Thopter } from "../../src/core/thopter.ts";
import { realIsolation } from "../providers/local/local-harness.ts";
import { stepOf } from "./hub.ts";
import { startRealHub } from "./real-hub.ts";
import type { RealHub } from "./real-hub.ts";
import { eventually } from "../eventually.ts";

const never = new AbortController().signal;

async function inside(hub: RealHub, thopter: Thopter, script: string): Promise<string> {
  const shell = await hub.provider.shell(thopter.machineId ?? "", never);
  try {
    const cwd = hub.cloneOf(thopter);
    const { stdout } = await shell.run(["sh", "-c", script], { cwd, timeoutMs: 10_000 });
    return new TextDecoder().decode(stdout);
  } finally {
    await shell.close();
  }
}

it(
  "a contained thopter is provisioned, saved, destroyed and restored",
  { timeout: 60_000 },
  async () => {
    const files = { ".thopter/setup": "echo set up\n" };
    const hub = await startRealHub({ files, isolation: await realIsolation() });
    const made = await hub.provision();
    expect(await hub.ended(made.id)).toMatchObject({ status: "succeeded", attempts: 0 });
    const first = await hub.thopter(made.thopterId);
    await eventually(async () => {
      expect(await inside(hub, first, "cat agent-was-here")).toContain("mend the gate");
    });
    await hub.provider.stop(first.machineId ?? "", never);

    const { id } = await hub.destroy(first.id);
    const destroy = await hub.ended(id);
    expect(destroy).toMatchObject({ status: "succeeded", attempts: 0 });
    expect(stepOf(destroy, "rescue")?.note).toMatch(/^1 file saved/);
    expect(await hub.machines()).toBe(0);

    const again = await hub.provision({ name: "shy-heron", restoreFrom: id });
    expect(await hub.ended(again.id)).toMatchObject({ status: "succeeded" });
    const second = await hub.thopter(again.thopterId);
    expect(await inside(hub, second, "cat agent-was-here")).toContain("mend the gate");
    await hub.ended((await hub.destroy(second.id)).id);
  },
);
