import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "../temp-directory.ts";
import { stepIs } from "./hub-events.ts";
import { startHub } from "./hub-kit.ts";
import { runProgram } from "./hub-process.ts";
import { machinesIn } from "./nothing-left.ts";
import { fixture } from "./repository.ts";

/** What `thopter start` says when it ends by itself. */
async function refusal(env: Record<string, string>): Promise<{ code: unknown; words: string }> {
  const hub = runProgram(["start"], { THOPTER_PORT: "0", ...env });
  const code = await hub.ended;
  return { code, words: hub.output() };
}

describe("a hub that cannot start", () => {
  it("names the one that runs on its data directory, which takes no notice", async () => {
    const hub = await startHub();
    const { code, words } = await refusal({ THOPTER_DATA_DIR: hub.data });
    expect(code).toBe(7);
    expect(words).toContain(`the hub with process id ${String(hub.pid)} at ${hub.url}`);
    expect(words).toContain("set THOPTER_DATA_DIR to another directory");
    expect((await hub.person.call("whoAmI", {})).person?.role).toBe("admin");
    await hub.ready();
    await hub.end();
  }, 40_000);

  it("says which port is taken and what to do", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    // A server that listens on a port has one.
    const { port } = server.address() as AddressInfo;
    const data = join(temporaryDirectory(), "data");
    const { code, words } = await refusal({ THOPTER_DATA_DIR: data, THOPTER_PORT: String(port) });
    expect(code).toBe(7);
    expect(words).toContain(`Cannot listen on 127.0.0.1:${String(port)}`);
    expect(words).toContain("THOPTER_PORT");
    expect(words).not.toMatch(/^\s+at /m);
  });

  it("names each setting that does not fit, and shows no secret", async () => {
    const data = temporaryDirectory();
    writeFileSync(join(data, "env"), "MAX_CONCURRENT_DESTROYS=many\n");
    const { code, words } = await refusal({
      THOPTER_DATA_DIR: data,
      MAX_THOPTERS: "0",
      PROVISION_MAX_WAIT: "soon",
      THOPTER_PORT: "70000",
    });
    expect(code).toBe(2);
    expect(words).toContain('MAX_CONCURRENT_DESTROYS: "many"');
    expect(words).toContain('MAX_THOPTERS: "0"');
    expect(words).toContain('PROVISION_MAX_WAIT: "soon"');
    expect(words).toContain('THOPTER_PORT: "70000"');
  });

  it("says what is wrong with a data directory that is none", async () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    const { code, words } = await refusal({ THOPTER_DATA_DIR: join(file, "data") });
    expect(code).toBe(7);
    expect(words).toMatch(/Cannot open the data directory ".*": nothing can be written there/);
    expect(words).toContain("set THOPTER_DATA_DIR to another directory");
    expect(words).not.toMatch(/^\s+at /m);
  });
});

describe("a hub that is told to stop", () => {
  it("stops in bounded time, and goes on with what ran when it starts again", async () => {
    const hub = await startHub({ files: { ".thopter/setup": fixture("held-setup.sh") } });
    const events = await hub.events();
    const { thopter, operation } = await hub.provision();
    await events.operation(operation.id, stepIs("run-setup-script", "running"));
    const mcp = await hub.mcp();
    let waits = false;
    const waiting = mcp.call("wait_for_operations", { ids: [operation.id] }, () => (waits = true));
    await expect.poll(() => waits, { timeout: 10_000 }).toBe(true);
    const began = performance.now();
    const [code, waited] = await Promise.all([hub.stop(), waiting]);
    expect(code).toBe(0);
    expect(performance.now() - began).toBeLessThan(35_000);
    // Who waits is let go with an answer, and long before.
    expect(waited).toMatchObject({ done: false, operations: [{ status: "running" }] });
    await hub.start();
    for (const id of machinesIn(hub.data)) {
      writeFileSync(join(hub.data, "machines", id, "home", "go"), "");
    }
    const [done] = await hub.finished(operation.id);
    expect(done).toMatchObject({ status: "succeeded", attempts: 0 });
    expect(machinesIn(hub.data)).toHaveLength(1);
    expect((await hub.person.call("getThopter", { thopter: thopter.id })).status).toBe("ready");
    await hub.end();
  }, 90_000);

  it("stops at once when nothing runs, and leaves its agents at work", async () => {
    const hub = await startHub();
    const { name } = await hub.ready();
    const began = performance.now();
    expect(await hub.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(5000);
    await hub.start();
    await hub.person.call("tell", { thopter: name, text: "again" });
    const read = async () =>
      (await hub.person.call("read", { thopter: name, what: "screen" })).text;
    await expect.poll(read, { timeout: 10_000 }).toContain("Heard[again]");
    await hub.end();
  }, 40_000);
});
