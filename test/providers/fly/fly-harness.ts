import { onTestFinished } from "vitest";
import type { Clock } from "../../../src/core/ports/clock.ts";
import type { Provider } from "../../../src/core/ports/provider.ts";
import { createFlyApi, type FlyApi } from "../../../src/providers/fly/api.ts";
import {
  createFlyProvider,
  type FlyProviderOptions,
} from "../../../src/providers/fly/fly-provider.ts";
import { createFlyHttp } from "../../../src/providers/fly/http.ts";
import {
  createFlySimulator,
  type FlySimulator,
  type FlySimulatorOptions,
} from "../../../src/simulators/fly/simulator.ts";
import type { Exchange } from "./openapi.ts";
import { createFastClock } from "../../fast-clock.ts";

export const signal = new AbortController().signal;
export const tagsOf = (thopter: string, hub = "hub-1") => ({
  ...{ hub, thopter, operation: `operation-of-${thopter}` },
});
export const requestOf = (name: string, thopter = name) => ({ name, tags: tagsOf(thopter) });

const guest = { cpu_kind: "shared", cpus: 1, memory_mb: 512 };

export type FlyHarness = {
  simulator: FlySimulator;
  clock: Clock;
  api: FlyApi;
  provider: Provider;
  /** Another hub's, or this one's after a start. */
  open(options?: Partial<FlyProviderOptions>): Provider;
  /** How many requests of each kind came, as "POST machines". */
  requests: Map<string, number>;
};

type Simulated = Partial<FlySimulatorOptions> & { onExchange?: (exchange: Exchange) => void };

/** A provider that speaks to a simulator without a socket, in time that runs fast. */
export function flyHarness(
  { onExchange, ...simulated }: Simulated = {},
  wanted: Partial<FlyProviderOptions> = {},
): FlyHarness {
  const clock = simulated.clock ?? createFastClock(20);
  const simulator = createFlySimulator({
    ...{ clock, tokens: { "good-token": "team" }, apps: { fleet: "team" } },
    ...simulated,
  });
  onTestFinished(() => simulator.close());
  const requests = new Map<string, number>();

  function openApi(): FlyApi {
    const fetch = async (request: Request): Promise<Response> => {
      const url = new URL(request.url);
      const last = url.pathname.split("/").at(-1) ?? "";
      const kind = `${request.method} ${/^[0-9a-f]{14}$/.test(last) ? "machine" : last}`;
      requests.set(kind, (requests.get(kind) ?? 0) + 1);
      if (onExchange === undefined) return simulator.fetch(request);
      const sent = jsonOf(await request.clone().text());
      const response = await simulator.fetch(request);
      const answered = jsonOf(await response.clone().text());
      onExchange({ method: request.method, url, sent, status: response.status, answered });
      return response;
    };
    const http = createFlyHttp({ baseUrl: "http://fly.test", token: "good-token", clock, fetch });
    return createFlyApi(http, "fleet");
  }

  function open(options: Partial<FlyProviderOptions> = {}): Provider {
    return createFlyProvider({
      ...{ api: openApi(), clock, hub: "hub-1", regions: ["iad"] },
      machine: { image: "registry.fly.io/fleet:agent", guest },
      places: { home: "/data/home", run: "/run/thopter" },
      openShell: () => Promise.reject(new Error("there is no way in here")),
      ...wanted,
      ...options,
    });
  }

  return { simulator, clock, api: openApi(), provider: open(), open, requests };
}

/** Undefined for text that is no JSON, as Fly answers at times. */
function jsonOf(text: string): unknown {
  return /^[[{]/.test(text) ? JSON.parse(text) : undefined;
}

/** What stands at Fly, whoever made it. */
export function standing({ world }: FlySimulator): string[] {
  return [...world.machines.values()]
    .filter(({ state }) => state !== "destroyed")
    .map(({ name }) => name);
}
