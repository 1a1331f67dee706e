import { execFile } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { createSshFiles } from "../../../src/providers/fly/ssh-files.ts";
import { deriveHostKey } from "../../../src/providers/fly/host-key.ts";
import { createSshdBackend } from "../../../src/simulators/fly/sshd-backend.ts";
import { createFastClock } from "../../fast-clock.ts";
import { flyHarness, requestOf, signal } from "../../providers/fly/fly-harness.ts";
import { temporaryDirectory } from "../../temp-directory.ts";

const run = promisify(execFile);
const secret = Buffer.from("a secret of the hub");

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A provider whose machines are real, and OpenSSH's own client to get in. */
async function realMachines() {
  const directory = temporaryDirectory();
  const key = join(directory, "id");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const authorizedKey = readFileSync(`${key}.pub`, "utf8");
  const port = await freePort();
  const backend = createSshdBackend({ directory: join(directory, "fly"), port });
  const harness = flyHarness(
    { clock: createFastClock(20), backend },
    {
      volumes: { sizeGb: 1, spare: 1 },
      machine: {
        ...{ image: "agent:1", guest: { cpu_kind: "shared", cpus: 1, memory_mb: 512 } },
        files: createSshFiles({ secret, authorizedKey }),
      },
    },
  );

  async function create(name: string): Promise<string> {
    const { id } = await harness.provider.create(requestOf(name), signal);
    await expect
      .poll(async () => (await harness.provider.get(id, signal))?.status, { timeout: 10_000 })
      .toBe("running");
    return id;
  }

  function ssh(name: string, id: string, command: string) {
    const address = harness.simulator.world.machines.get(id)?.privateIp ?? "";
    const known = join(directory, `known-${name}`);
    const { publicLine } = deriveHostKey(secret, requestOf(name).tags);
    writeFileSync(known, `[${address}]:${String(port)} ${publicLine}\n`);
    chmodSync(key, 0o600);
    const options = ["StrictHostKeyChecking=yes", `UserKnownHostsFile=${known}`, "BatchMode=yes"];
    const flags = options.flatMap((option) => ["-o", option]);
    const where = ["-F", "none", "-i", key, "-p", String(port), `thopter@${address}`, command];
    return run("ssh", [...flags, ...where]);
  }

  return { ...harness, create, ssh };
}

it("a machine takes its hub's key and shows the host key that the hub knows", async () => {
  const { create, ssh } = await realMachines();
  const id = await create("swift-heron");
  const { stdout } = await ssh("swift-heron", id, 'pwd; echo "$HOME"; id -un; touch here');
  expect(stdout).toBe("/data/home\n/data/home\nthopter\n");
  await expect(ssh("calm-otter", id, "true")).rejects.toThrow(/Host key verification failed/);
});

it("a stop ends what runs and keeps the files; a new machine on the volume has none", async () => {
  const { create, provider, ssh, simulator } = await realMachines();
  const id = await create("swift-heron");
  await ssh("swift-heron", id, "echo mine >file; (setsid sleep 86400 >/dev/null 2>&1 &)");
  await provider.stop(id, signal);
  await expect(ssh("swift-heron", id, "true")).rejects.toThrow(/refused/);
  await provider.start(id, signal);
  expect((await ssh("swift-heron", id, "cat file; pgrep sleep || true")).stdout).toBe("mine\n");
  await provider.destroy(id, signal);
  const next = await create("calm-otter");
  expect(simulator.world.volumes.size).toBe(1);
  expect((await ssh("calm-otter", next, "ls -A")).stdout).toBe("");
});

it("connections can be dropped, and new ones are taken", async () => {
  const { create, ssh, simulator } = await realMachines();
  const id = await create("swift-heron");
  const held = ssh("swift-heron", id, "echo started; sleep 86400").catch((error: unknown) => error);
  await expect
    .poll(async () => (await ssh("swift-heron", id, "pgrep -c sleep || true")).stdout)
    .toBe("1\n");
  const body = JSON.stringify({ machine: id });
  const url = "http://fly.test/simulator/drop-connections";
  await simulator.fetch(new Request(url, { method: "POST", body }));
  expect(await held).toBeInstanceOf(Error);
  expect((await ssh("swift-heron", id, "echo again")).stdout).toBe("again\n");
});

it("a full volume takes no more files, and a command's failure is an answer", async () => {
  const { api, create, ssh } = await realMachines();
  const id = await create("full-volume");
  const write = ssh("full-volume", id, "head -c 100000 /dev/zero >file");
  await expect(write).rejects.toThrow(/No space left/);
  expect(await api.exec(id, ["sh", "-c", "echo out; exit 3"], signal)).toMatchObject({
    ...{ exitCode: 3, stdout: "out\n" },
  });
});
