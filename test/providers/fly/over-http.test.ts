import { expect, it, onTestFinished } from "vitest";
import { createFlyApi } from "../../../src/providers/fly/api.ts";
import { createFlyHttp } from "../../../src/providers/fly/http.ts";
import { createFlySimulator } from "../../../src/simulators/fly/simulator.ts";
import { createFastClock } from "../../fast-clock.ts";
import { flyHarness, requestOf, signal, standing } from "./fly-harness.ts";

it("a machine is made and destroyed over a real connection, one of them cut", async () => {
  const clock = createFastClock(20);
  const simulator = createFlySimulator({
    ...{ clock, tokens: { "good-token": "team" }, apps: { fleet: "team" } },
  });
  onTestFinished(() => simulator.close());
  const baseUrl = await simulator.listen(0);
  const api = createFlyApi(createFlyHttp({ baseUrl, token: "good-token", clock }), "fleet");
  const { open } = flyHarness({ clock });
  const provider = open({ api });
  const cut = { kind: "answer", status: 0, committed: true, times: 1 } as const;
  simulator.faults.add({ ...cut, action: "machines.create" });
  const { id } = await provider.create(requestOf("swift-heron"), signal);
  await expect.poll(async () => (await provider.get(id, signal))?.status).toBe("running");
  expect(standing(simulator)).toHaveLength(1);
  simulator.faults.add({ ...cut, action: "machines.destroy" });
  await provider.destroy(id, signal);
  expect(standing(simulator)).toEqual([]);
});

it("a Fly that is not there is said to be out of reach", async () => {
  const { clock, open } = flyHarness();
  const http = createFlyHttp({ baseUrl: "http://127.0.0.1:9", token: "good-token", clock });
  const provider = open({ api: createFlyApi(http, "fleet") });
  await expect(provider.create(requestOf("swift-heron"), signal)).rejects.toMatchObject({
    ...{ kind: "transient", reason: "unreachable" },
  });
});
