import { onTestFinished } from "vitest";
import {
  createFlySimulator,
  type FlySimulator,
  type FlySimulatorOptions,
} from "../../../src/simulators/fly/simulator.ts";
import { createManualClock, type ManualClock } from "../../manual-clock.ts";

export type Answer = { status: number; body: unknown; headers: Headers };

type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

export type Simulated = {
  simulator: FlySimulator;
  clock: ManualClock;
  /** Asks the API as the one who wrote last: with the affinity cookie. */
  ask: Ask;
  /** The same with other headers. */
  as(headers: Record<string, string>): Ask;
  create(name: string, config?: Record<string, unknown>): Promise<string>;
  stateOf(id: string): Promise<unknown>;
};

/** A simulator without a socket, whose time a test moves. */
export function simulated(options: Partial<FlySimulatorOptions> = {}): Simulated {
  const clock = createManualClock();
  const simulator = createFlySimulator({
    clock,
    tokens: { "good-token": "team" },
    apps: { fleet: "team", theirs: "others" },
    ...options,
    rules: { textErrors: 0, ...options.rules },
  });
  onTestFinished(() => simulator.close());

  const as =
    (headers: Record<string, string>): Ask =>
    async (method, path, body) => {
      const request = new Request(`http://fly.test/v1${path}`, {
        method,
        headers: {
          authorization: "Bearer good-token",
          cookie: "fly_flaps_affinity=1",
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const response = await simulator.fetch(request);
      const text = await response.text();
      const isJson = response.headers.get("content-type") === "application/json";
      const parsed: unknown = isJson ? JSON.parse(text) : text;
      return { status: response.status, body: parsed, headers: response.headers };
    };
  const ask = as({});

  async function create(name: string, config: Record<string, unknown> = {}): Promise<string> {
    const answer = await ask("POST", "/apps/fleet/machines", {
      name,
      config: { image: "agent:1", ...config },
    });
    if (answer.status !== 200) throw new Error(`Cannot create: ${JSON.stringify(answer)}`);
    return idOf(answer);
  }

  return {
    simulator,
    clock,
    ask,
    as,
    create,
    stateOf: async (id) => field(await ask("GET", `/apps/fleet/machines/${id}`), "state"),
  };
}

export function field(answer: Answer, name: string): unknown {
  const { body } = answer;
  // What is not an object has no fields.
  return typeof body === "object" && body !== null
    ? (body as Record<string, unknown>)[name]
    : undefined;
}

export function idOf(answer: Answer): string {
  return String(field(answer, "id"));
}
