import { join } from "node:path";
import { deriveHostKey } from "../../../src/providers/fly/host-key.ts";
import { createFlySsh } from "../../../src/providers/fly/ssh-access.ts";
import { createSshdBackend } from "../../../src/simulators/fly/sshd-backend.ts";
import { createSystemClock } from "../../../src/system-clock.ts";
import { script, testProviderContract } from "../../contracts/provider-contract.ts";
import { createFastClock } from "../../fast-clock.ts";
import { freePort } from "../../shell/sshd.ts";
import { temporaryDirectory } from "../../temp-directory.ts";
import { flyHarness, requestOf, signal, tagsOf } from "./fly-harness.ts";
import { twoHubs } from "./two-hubs.ts";
import { expect, it, onTestFinished } from "vitest";

const secret = Buffer.alloc(32, "a secret of the hub");
const places = { home: "/data/home", run: "/run/thopter" };
const machine = {
  image: "agent:1",
  guest: { cpu_kind: "shared", cpus: 1, memory_mb: 512 },
};

/** Machines behind real SSH servers, entered by the hub's own shell. Only Fly's time runs fast. */
async function realMachines() {
  const sshPort = await freePort();
  const backend = createSshdBackend({
    directory: join(temporaryDirectory(), "fly"),
    port: sshPort,
  });
  const clock = createFastClock(20);
  const { open: openPlain, ...harness } = flyHarness({ clock, backend, seed: sshPort });
  const open = (hub: string) => {
    const reach = { kind: "private", app: "fleet", sshPort } as const;
    const ssh = createFlySsh({ secret, hub, clock: createSystemClock(), reach, places });
    return openPlain({
      ...{ hub, places, openShell: ssh.openShell, volumes: { sizeGb: 1, spare: 1 } },
      machine: { ...machine, ...ssh.machine },
    });
  };
  return { ...harness, open, sshPort };
}

testProviderContract("fly over SSH", async () => {
  const { open } = await realMachines();
  const hubs = new Map<string, string>();
  const reopen = () => twoHubs(hubs, { "hub-1": open("hub-1"), "hub-2": open("hub-2") });
  return { provider: reopen(), reopen };
});

it("a machine that shows another host key is not entered", async () => {
  const { open, simulator } = await realMachines();
  const provider = open("hub-1");
  const { id } = await provider.create(requestOf("swift-heron"), signal);
  onTestFinished(() => provider.destroy(id, signal));
  const shell = await provider.shell(id, signal);
  expect(await script(shell, "id -un")).toBe("thopter");
  const file = simulator.world.machines.get(id)?.config.files?.[0];
  if (file === undefined) throw new Error("It has no host key");
  const strange = deriveHostKey(secret, tagsOf("somebody-else")).privateFile;
  file.raw_value = Buffer.from(strange).toString("base64");
  await provider.stop(id, signal);
  await provider.start(id, signal);
  const entering = provider.shell(id, signal).then((again) => script(again, "true"));
  await expect(entering).rejects.toThrow(/it shows the host key .* and this machine's is/);
});
