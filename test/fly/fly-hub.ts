import { monotonicFactory } from "ulid";
import { operationIs } from "../../src/core/operation.ts";
import type { Operation, OperationKind } from "../../src/core/operation.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { DestroySubmission, Engine } from "../../src/core/ports/engine.ts";
import type { Provider } from "../../src/core/ports/provider.ts";
import type { Store } from "../../src/core/ports/store.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { defaultEngineOptions } from "../../src/engine/options.ts";
import { createReconciler } from "../../src/fleet/reconciler.ts";
import { createFlyApi } from "../../src/providers/fly/api.ts";
import {
  createFlyProvider,
  type FlyProviderOptions,
} from "../../src/providers/fly/fly-provider.ts";
import { createFlyHttp } from "../../src/providers/fly/http.ts";
import type { StepPorts } from "../../src/steps/ports.ts";
import { createSessions } from "../../src/steps/session.ts";
import { createSteps } from "../../src/steps/steps.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { createTemplates } from "../../src/templates/templates.ts";
import { noIdentities } from "../no-identities.ts";
import { ann, makeThopter } from "../steps/hub.ts";
import { app, hubId, spare, token, type Cloud } from "./cloud.ts";
import { digest, type Act } from "./inside.ts";

export type FlyHub = {
  engine: Engine;
  provider: Provider;
  /** What was reported as gone wrong. */
  errors: unknown[];
  provision(patch?: Partial<Thopter>): Promise<Operation>;
  destroy(thopterId: string, patch?: Partial<DestroySubmission>): Promise<Operation>;
  /** The operation once its end is on disk. */
  ended(operationId: string): Promise<Operation>;
  /** The newest operation of a kind. */
  last(kind: OperationKind): Promise<Operation | undefined>;
  stop(): void;
};

export type FlyHubOptions = {
  cloud: Cloud;
  store: Store;
  clock?: Clock;
  /** All that the hub does outside of itself goes through this. */
  act?: Act;
  provider?: Partial<FlyProviderOptions>;
  lanes?: Partial<Record<"destroy" | "provision" | "setup", number>>;
};

const newId = monotonicFactory(() => 0.5);
const guest = { cpu_kind: "shared", cpus: 1, memory_mb: 512 };

/** All of a hub that makes and destroys machines: engine, steps, reconciler, provider. */
export async function startFlyHub(options: FlyHubOptions): Promise<FlyHub> {
  const { cloud, store, clock = createSystemClock() } = options;
  const act: Act = options.act ?? (async (_call, effect) => effect());
  const fetch = (request: Request): Promise<Response> => {
    const last = new URL(request.url).pathname.split("/").at(-1) ?? "";
    const what = /^[0-9a-f]{14}$|^vol_/.test(last) ? "one" : last;
    return act(`${request.method} ${what}`, () => cloud.fetch(request));
  };
  const http = createFlyHttp({ baseUrl: "http://fly.test", token, clock, fetch });
  const way = cloud.inside.into(clock, act);
  const provider = createFlyProvider({
    ...{ api: createFlyApi(http, app), clock, hub: hubId, regions: ["iad"] },
    machine: { image: "registry.fly.io/fleet:agent", guest },
    volumes: { sizeGb: 1, spare },
    places: { home: "/data/home", run: "/run/thopter" },
    gitDirectory: () => Promise.reject(new Error("repositories are reached by their address")),
    openShell: ({ machineId }, signal) => way.open(machineId, signal),
    ...options.provider,
  });
  const providers = { fly: provider };
  const ports: StepPorts = {
    ...{ hub: hubId, clock, providers, agents: { command: way.agent }, git: way.git },
    sessions: createSessions({ providers }),
    templates: createTemplates({ directory: "/nowhere" }),
    ownerName: (id) => Promise.resolve(id),
    identities: noIdentities,
    gitToken: () => Promise.resolve("a token"),
    allowsLocal: () => false,
    allowsSetup: () => true,
    keptFor: async () => ({ trusted: false, variables: () => ({}) }),
    rescueBundle: () => Promise.resolve(undefined),
    rescueDirectory: (id) => `/rescues/${id}`,
    sealFile: () => act("seal", () => digest),
  };
  return startEngine({ ...options, store: acting(store, act), clock }, ports);
}

function acting(store: Store, act: Act): Store {
  return { ...store, commit: (writes) => act("commit", () => store.commit(writes)) };
}

async function startEngine(
  { store, clock, lanes }: FlyHubOptions & { clock: Clock },
  ports: StepPorts,
): Promise<FlyHub> {
  const errors: unknown[] = [];
  const report = (error: unknown): void => void errors.push(error);
  const { providers } = ports;
  const engine = await createEngine(
    {
      ...{ store, clock, newId, report, random: () => 0.5, redact: (text: string) => text },
      steps: createSteps(ports),
    },
    {
      ...defaultEngineOptions,
      limits: {
        lanes: { destroy: 5, provision: 1, setup: 5, ...lanes },
        ...{ thopters: 200, thoptersPerOwner: 200, provisionMaxWaitMs: 60_000 },
      },
    },
  );
  const reconciler = createReconciler(
    { providers, engine, store, clock, newId, report },
    { hubId },
  );
  await reconciler.start();

  async function submit(asked: Asked): Promise<Operation> {
    const [submitted] = await engine.submit([{ actor: ann, front: "cli", ...asked }]);
    if (submitted === undefined) throw new Error("nothing was submitted");
    return submitted.operation;
  }

  return {
    ...{ engine, errors, provider: providerOf(providers) },
    provision(patch) {
      const thopter = makeThopter({ provider: "fly", createdAt: clock.now(), ...patch });
      return submit({ kind: "provision", thopter, fingerprint: thopter.id });
    },
    destroy: (thopterId, patch) => submit({ kind: "destroy", thopterId, ...patch }),
    ended: (id) => whenEnded(store, id),
    last: async (kind) =>
      (await store.list("operation")).findLast((operation) => operation.kind === kind),
    stop: () => reconciler.stop(),
  };
}
type Asked =
  | { kind: "provision"; thopter: Thopter; fingerprint: string }
  | ({ kind: "destroy"; thopterId: string } & Partial<DestroySubmission>);

function providerOf(providers: StepPorts["providers"]): Provider {
  const { fly } = providers;
  if (fly === undefined) throw new Error("there is no provider");
  return fly;
}

async function whenEnded(store: Store, id: string): Promise<Operation> {
  const changed = new Promise<Operation>((resolve) => {
    const stop = store.watch((writes) => {
      for (const { kind, record } of writes) {
        if (kind !== "operation" || record.id !== id || operationIs.open(record)) continue;
        stop();
        resolve(record);
      }
    });
  });
  const now = await store.get("operation", id);
  return now !== undefined && operationIs.finished(now) ? now : changed;
}
