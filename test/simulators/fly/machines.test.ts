import { describe, expect, it } from "vitest";
import { settle } from "../../manual-clock.ts";
import { field, idOf, simulated } from "./simulated.ts";

const machines = "/apps/fleet/machines";

describe("a simulated machine", () => {
  it("is answered as created at once, and boots after", async () => {
    const { ask, clock, stateOf } = simulated();
    const made = await ask("POST", machines, { name: "one", config: { image: "agent:1" } });
    expect(made).toMatchObject({ status: 200, body: { state: "created", name: "one" } });
    expect(idOf(made)).toMatch(/^[0-9a-f]{14}$/);
    await clock.advance(400);
    expect(await stateOf(idOf(made))).toBe("starting");
    await clock.advance(2000);
    expect(await stateOf(idOf(made))).toBe("started");
  });

  it("rests in created when it is not launched", async () => {
    const { ask, clock, stateOf } = simulated();
    const request = { name: "one", skip_launch: true, config: { image: "agent:1" } };
    const made = await ask("POST", machines, request);
    await clock.advance(60_000);
    expect(await stateOf(idOf(made))).toBe("created");
    const started = await ask("POST", `${machines}/${idOf(made)}/start`);
    expect(started).toMatchObject({ status: 412 });
    expect(field(started, "error")).toContain("current state: 'created'");
  });

  it("has a name that no other machine of its app has, until it is gone", async () => {
    const { ask, clock, create } = simulated({ rules: { rateLimits: false } });
    const id = await create("one");
    const again = await ask("POST", machines, { name: "one", config: { image: "agent:1" } });
    expect(again.status).toBe(409);
    expect(field(again, "error")).toContain("unique machine name violation");
    await ask("DELETE", `${machines}/${id}?force=true`);
    await clock.advance(5000);
    await create("one");
  });

  it("is destroyed by force alone while it runs", async () => {
    const { ask, clock, create, stateOf } = simulated();
    const id = await create("one");
    await clock.advance(5000);
    const refused = await ask("DELETE", `${machines}/${id}`);
    expect(refused.status).toBe(412);
    expect(await ask("DELETE", `${machines}/${id}?force=true`)).toMatchObject({ status: 200 });
    expect(await stateOf(id)).toBe("destroying");
    await clock.advance(1000);
    expect(await stateOf(id)).toBe("destroyed");
    expect((await ask("GET", machines)).body).toEqual([]);
    await clock.advance(120_000);
    expect((await ask("GET", `${machines}/${id}`)).status).toBe(404);
  });

  it("refuses a start for a moment after it has stopped", async () => {
    const { ask, clock, create, stateOf } = simulated();
    const id = await create("one");
    await clock.advance(5000);
    await ask("POST", `${machines}/${id}/stop`, {});
    await clock.advance(1000);
    expect(await stateOf(id)).toBe("stopped");
    const early = await ask("POST", `${machines}/${id}/start`);
    expect(early.status).toBe(412);
    expect(field(early, "error")).toContain("still active");
    await clock.advance(3000);
    expect(await ask("POST", `${machines}/${id}/start`)).toMatchObject({
      status: 200,
      body: { previous_state: "stopped" },
    });
  });

  it("is stuck in destroying while its host is down, and goes when it is back", async () => {
    const { ask, clock, create, simulator, stateOf } = simulated();
    const id = await create("one");
    await clock.advance(5000);
    const host = simulator.world.machines.get(id)?.host ?? "";
    const control = (path: string) =>
      simulator.fetch(new Request(`http://fly.test/simulator${path}`, { method: "POST" }));
    await control(`/hosts/${host}/down`);
    const shown = await ask("GET", `${machines}/${id}`);
    expect(field(shown, "host_status")).toBe("unreachable");
    expect(field(shown, "config")).toBeUndefined();
    await ask("DELETE", `${machines}/${id}?force=true`);
    await clock.advance(600_000);
    expect(await stateOf(id)).toBe("destroying");
    await control(`/hosts/${host}/up`);
    await settle();
    await clock.advance(1000);
    expect(await stateOf(id)).toBe("destroyed");
  });
});

describe("waiting for a simulated machine", () => {
  it("answers when the state comes, and 408 when it does not in time", async () => {
    const { ask, clock, create } = simulated();
    const id = await create("one");
    const started = ask("GET", `${machines}/${id}/wait?state=started&timeout=60`);
    await settle();
    await clock.advance(3000);
    expect(await started).toMatchObject({ status: 200, body: { ok: true, state: "started" } });
    const never = ask("GET", `${machines}/${id}/wait?state=destroyed,failed&timeout=1`);
    await settle();
    await clock.advance(1000);
    expect((await never).status).toBe(408);
    expect(field(await never, "error")).toContain("currently started");
  });

  it("wants an instance for stopped, and at most a minute", async () => {
    const { ask, create } = simulated();
    const id = await create("one");
    expect((await ask("GET", `${machines}/${id}/wait?state=stopped`)).status).toBe(400);
    expect((await ask("GET", `${machines}/${id}/wait?timeout=61`)).status).toBe(400);
  });
});

describe("a simulated lease", () => {
  it("keeps others from changing the machine, until it is released or over", async () => {
    const { ask, as, clock, create } = simulated();
    const id = await create("one");
    await clock.advance(5000);
    const lease = await ask("POST", `${machines}/${id}/lease`, { ttl: 10 });
    expect(lease).toMatchObject({ status: 201, body: { status: "success" } });
    const { nonce } = (lease.body as { data: { nonce: string } }).data;
    const taken = await ask("POST", `${machines}/${id}/lease`, { ttl: 10 });
    expect(taken).toMatchObject({ status: 409, body: { status: "error", code: "invalid" } });
    expect((await ask("POST", `${machines}/${id}/stop`, {})).status).toBe(409);
    const mine = { "fly-machine-lease-nonce": nonce };
    expect((await as(mine)("POST", `${machines}/${id}/stop`, {})).status).toBe(200);
    await clock.advance(12_000);
    expect((await as(mine)("POST", `${machines}/${id}/start`, {})).status).toBe(409);
    expect((await ask("POST", `${machines}/${id}/start`)).status).toBe(200);
  });
});

describe("what is refused", () => {
  it("is who has no token, another's app, and what is not there", async () => {
    const { ask, as } = simulated();
    const bad = { authorization: "Bearer bad" };
    expect((await as(bad)("GET", machines)).status).toBe(401);
    expect((await ask("GET", "/apps/theirs/machines")).status).toBe(403);
    expect((await ask("GET", "/apps/nobodys/machines")).status).toBe(404);
    expect((await ask("GET", `${machines}/0123456789abcd`)).status).toBe(404);
    expect((await ask("POST", machines, { config: {} })).status).toBe(400);
  });

  it("is more than one request a second beyond three, for each action and machine", async () => {
    const { ask, clock, create } = simulated();
    const id = await create("one");
    const lists = [];
    for (let index = 0; index < 4; index += 1) lists.push((await ask("GET", machines)).status);
    expect(lists).toEqual([200, 200, 200, 429]);
    const gets = [];
    for (let index = 0; index < 11; index += 1) {
      gets.push((await ask("GET", `${machines}/${id}`)).status);
    }
    expect(gets.indexOf(429)).toBe(10);
    await clock.advance(1000);
    expect((await ask("GET", machines)).status).toBe(200);
    expect((await ask("GET", machines)).body).toBe("rate limit exceeded");
  });

  it("is a region without room, and an organisation over its quota", async () => {
    const rules = { regions: { iad: { hosts: 1, machinesPerHost: 1 } }, machinesPerOrg: 2 };
    const { ask, create } = simulated({ rules });
    await create("one");
    const full = await ask("POST", machines, { name: "two", config: { image: "agent:1" } });
    expect(full).toMatchObject({ status: 422, body: { status: "insufficient_capacity" } });
    const small = simulated({ rules: { machinesPerOrg: 1 } });
    await small.create("one");
    const over = await small.ask("POST", machines, { name: "two", config: { image: "agent:1" } });
    expect(over.status).toBe(403);
    expect(field(over, "error")).toContain("quota");
  });
});

describe("a simulated reader without the affinity cookie", () => {
  it("is behind: neither list nor get knows what was just made", async () => {
    const { ask, as, clock, create } = simulated({ rules: { rateLimits: false } });
    const id = await create("one");
    const stale = { cookie: "" };
    expect((await as(stale)("GET", machines)).body).toEqual([]);
    expect((await as(stale)("GET", `${machines}/${id}`)).status).toBe(404);
    expect((await ask("GET", machines)).body).toHaveLength(1);
    await clock.advance(5000);
    expect((await as(stale)("GET", machines)).body).toHaveLength(1);
  });

  it("gets the cookie with whatever it writes", async () => {
    const { ask } = simulated();
    const made = await ask("POST", machines, { name: "one", config: { image: "agent:1" } });
    expect(made.headers.get("set-cookie")).toMatch(/^fly_flaps_affinity=.*Path=\/v1\/apps\/fleet/);
    expect(made.headers.get("fly-request-id")).toMatch(/^[0-9A-Z]{26}-/);
  });
});

describe("a simulated volume", () => {
  it("takes one machine at a time, on its own host, and is free when that is gone", async () => {
    const { ask, clock, create, simulator } = simulated({ rules: { rateLimits: false } });
    const made = await ask("POST", "/apps/fleet/volumes", { name: "data", region: "ams" });
    const mounts = [{ volume: idOf(made), path: "/data" }];
    const id = await create("one", { mounts });
    expect(simulator.world.machines.get(id)?.region).toBe("ams");
    expect(simulator.world.machines.get(id)?.host).toBe(field(made, "zone"));
    const second = { name: "two", config: { image: "agent:1", mounts } };
    expect((await ask("POST", machines, second)).status).toBe(412);
    expect((await ask("DELETE", `/apps/fleet/volumes/${idOf(made)}`)).status).toBe(412);
    await ask("DELETE", `${machines}/${id}?force=true`);
    await clock.advance(1000);
    const shown = await ask("GET", `/apps/fleet/volumes/${idOf(made)}`);
    expect(field(shown, "attached_machine_id")).toBeNull();
    expect((await ask("DELETE", `/apps/fleet/volumes/${idOf(made)}`)).status).toBe(200);
  });
});
