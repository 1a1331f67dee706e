import { describe, expect, it } from "vitest";
import { createPublicPorts } from "../../../src/providers/fly/public-ports.ts";
import { servicesOf, sshReachOf, type FlyReach } from "../../../src/providers/fly/reach.ts";
import { flyHarness, requestOf, signal, tagsOf } from "./fly-harness.ts";

const machine = { machineId: "148e2106", privateAddress: "fdaa:0:1::2", publicPort: 20_001 };
const reach = (patch: Partial<FlyReach> = {}): FlyReach => ({
  ...{ kind: "private", app: "fleet", sshPort: 2222 },
  ...patch,
});

describe("a machine is reached", () => {
  it("at its private address, whatever that is now", () => {
    expect(sshReachOf(reach(), machine)).toEqual({ kind: "tcp", host: "fdaa:0:1::2", port: 2222 });
  });

  it("by a name of its own where one is wanted", () => {
    const address = "{machine}.vm.{app}.internal";
    expect(sshReachOf(reach({ address }), { ...machine, privateAddress: undefined })).toEqual({
      ...{ kind: "tcp", host: "148e2106.vm.fleet.internal", port: 2222 },
    });
  });

  it("at the app's public address, by a port of its own", () => {
    const host = "fleet.fly.dev";
    expect(sshReachOf(reach({ kind: "public" }), machine)).toEqual({
      ...{ kind: "tcp", host, port: 20_001 },
    });
    expect(sshReachOf(reach({ kind: "tls" }), machine)).toEqual({
      ...{ kind: "tls", host, port: 20_001, servername: host },
    });
    const own = reach({ kind: "tls", address: "ssh.example.com" });
    expect(sshReachOf(own, machine)).toMatchObject({ servername: "ssh.example.com" });
  });

  it("later, while Fly names no private address", () => {
    const fresh = { ...machine, privateAddress: undefined };
    expect(() => sshReachOf(reach(), fresh)).toThrow(
      expect.objectContaining({ kind: "transient" }) as Error,
    );
  });

  it("not publicly, when it was made without a port", () => {
    const made = { ...machine, publicPort: undefined };
    expect(() => sshReachOf(reach({ kind: "public" }), made)).toThrow(/FLY_REACH/);
  });
});

describe("what Fly's proxy is told", () => {
  it("is nothing over the private network", () => {
    expect(servicesOf(reach())).toBeUndefined();
  });

  it.each([
    ["public", []],
    ["tls", ["tls"]],
  ] as const)("is the port and how it is wrapped: %s", (kind, handlers) => {
    expect(servicesOf(reach({ kind }))?.(20_001)).toMatchObject([
      { protocol: "tcp", internal_port: 2222, ports: [{ port: 20_001, handlers }] },
    ]);
  });
});

describe("a public port", () => {
  it("belongs to one machine, and stays the same for its thopter", () => {
    const ports = createPublicPorts();
    const all = Array.from({ length: 400 }, (_, index) => ports(tagsOf(`t-${String(index)}`), []));
    expect(new Set(all).size).toBe(400);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...all)).toBeLessThan(40_000);
    expect(ports(tagsOf("t-7"), [])).toBe(all[7]);
  });

  it("that another hub's machine has is passed over", async () => {
    const services = servicesOf(reach({ kind: "public" })) ?? (() => []);
    const guest = { cpu_kind: "shared", cpus: 1, memory_mb: 512 };
    const { api, open } = flyHarness({}, { machine: { image: "agent:1", guest, services } });
    const wanted = createPublicPorts()(tagsOf("swift-heron"), []);
    const metadata = { thopter_port: String(wanted) };
    const theirs = { image: "agent:1", metadata };
    await api.createMachine({ name: "theirs", region: "iad", config: theirs }, signal);
    const { id } = await open({ api }).create(requestOf("swift-heron"), signal);
    const made = await api.getMachine(id, signal);
    expect(made?.config?.metadata).toMatchObject({ thopter_port: String(wanted + 1) });
  });
});
