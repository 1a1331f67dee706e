import { describe, expect, it } from "vitest";
import { createSystemClock } from "../../../src/system-clock.ts";
import { simulated } from "./simulated.ts";

const machines = "/apps/fleet/machines";
const request = (name: string) => ({ name, config: { image: "agent:1" } });

describe("a machine's name asks for a fault", () => {
  it("lost-answer: it is made, and answered 408", async () => {
    const { ask } = simulated();
    expect((await ask("POST", machines, request("my-lost-answer"))).status).toBe(408);
    expect((await ask("GET", machines)).body).toHaveLength(1);
  });

  it("late-create: it is answered 408, and made later", async () => {
    const { ask, clock } = simulated();
    expect((await ask("POST", machines, request("late-create"))).status).toBe(408);
    expect((await ask("GET", machines)).body).toEqual([]);
    await clock.advance(6000);
    expect((await ask("GET", machines)).body).toHaveLength(1);
  });

  it("never-boots, fails-boot: it stays in starting, and fails", async () => {
    const { clock, create, stateOf } = simulated();
    const never = await create("never-boots");
    const fails = await create("fails-boot");
    await clock.advance(600_000);
    expect(await stateOf(never)).toBe("starting");
    expect(await stateOf(fails)).toBe("failed");
  });

  it("empty-list: the next list is empty, the one after is not", async () => {
    const { ask, create } = simulated();
    await create("empty-list");
    expect((await ask("GET", machines)).body).toEqual([]);
    expect((await ask("GET", machines)).body).toHaveLength(1);
  });

  it("slow-stop: it takes long to stop", async () => {
    const { ask, clock, create, stateOf } = simulated();
    const id = await create("slow-stop");
    await clock.advance(5000);
    await ask("POST", `${machines}/${id}/stop`, {});
    await clock.advance(15_000);
    expect(await stateOf(id)).toBe("stopping");
    await clock.advance(10_000);
    expect(await stateOf(id)).toBe("stopped");
  });

  it("no-region, full-host, over-quota: it is refused as Fly does", async () => {
    const { ask } = simulated();
    expect(await ask("POST", machines, request("no-region"))).toMatchObject({ status: 422 });
    expect(await ask("POST", machines, request("full-host"))).toMatchObject({ status: 409 });
    expect(await ask("POST", machines, request("over-quota"))).toMatchObject({ status: 403 });
  });

  it("host-down, revoked-token: it happens once the machine runs", async () => {
    const { ask, clock, create } = simulated();
    const id = await create("host-down");
    await clock.advance(5000);
    expect((await ask("GET", `${machines}/${id}`)).body).toMatchObject({
      host_status: "unreachable",
    });
    await create("revoked-token");
    await clock.advance(5000);
    expect((await ask("GET", machines)).status).toBe(401);
  });
});

it("the control endpoint adds faults, shows all and takes them away", async () => {
  const { ask, simulator } = simulated();
  const control = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return simulator.fetch(new Request(`http://fly.test/simulator${path}`, init));
  };
  await control("POST", "/faults", {
    kind: "answer",
    action: "machines.list",
    status: 502,
    text: "<html>",
  });
  expect(await ask("GET", machines)).toMatchObject({ status: 502, body: "<html>" });
  expect((await control("POST", "/faults", { kind: "unheard-of" })).status).toBe(400);
  expect(await (await control("GET", "/state")).json()).toMatchObject({ machines: [] });
  await control("DELETE", "/faults");
  expect((await ask("GET", machines)).status).toBe(200);
});

it("a connection is cut, over a real socket too, and the rest goes on", async () => {
  const { simulator } = simulated({ clock: createSystemClock() });
  const url = await simulator.listen(0);
  const headers = { authorization: "Bearer good-token" };
  const list = () => fetch(`${url}/v1${machines}`, { headers });
  simulator.faults.add({ kind: "answer", action: "machines.list", status: 0, times: 1 });
  await expect(list()).rejects.toThrow("fetch failed");
  expect(await (await list()).json()).toEqual([]);
});

it("the same seed gives the same ids", async () => {
  const [one, two, other] = [simulated(), simulated(), simulated({ seed: 2 })];
  const first = await one.create("a");
  expect(await two.create("a")).toBe(first);
  expect(await other.create("a")).not.toBe(first);
});
