import type { Clock } from "../../src/core/ports/clock.ts";
import type { Step } from "../../src/core/ports/step.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { createEngine } from "../../src/engine/engine.ts";
import type { Death, EngineHost } from "../contracts/engine/host.ts";

/** Throws while the disk is lost. */
export type DiskGate = () => void;

type Life = { alive: boolean; death: Death | undefined; commits: number; underWay: number };

const nothing = new Promise<never>(() => undefined);

/** Runs engines in this process over one store; each has a life of its own. */
export async function createEmbeddedHost(
  openStore: (gate: DiskGate) => Promise<Store>,
): Promise<EngineHost> {
  let writesLeft = Infinity;
  const store = await openStore(() => {
    writesLeft -= 1;
    if (writesLeft < 0) throw new Error("the disk is gone");
  });
  let life: Life = { alive: false, death: undefined, commits: 0, underWay: 0 };

  return {
    store,
    async open({ options, clock, steps, ...ports }, death) {
      // What a process had handed to its disk when it died is there or not before the next one starts.
      while (life.underWay > 0) await new Promise((resolve) => setImmediate(resolve));
      life = { alive: true, death, commits: 0, underWay: 0 };
      return createEngine(
        {
          ...ports,
          store: storeOf(life, store),
          clock: clockOf(life, clock),
          steps: steps.map((step) => stepOf(life, step)),
          redact: (text) => text.replaceAll("hunter2", "[redacted]"),
        },
        options,
      );
    },
    crash() {
      life.alive = false;
    },
    get isAlive() {
      return life.alive;
    },
    get commits() {
      return life.commits;
    },
    loseDisk(left = 0) {
      writesLeft = left;
    },
    mendDisk() {
      writesLeft = Infinity;
    },
    async mended() {
      writesLeft = Infinity;
      // A probe that was behind a failing write is lost with it.
      while (!(await store.probe()));
    },
    async quiet() {
      for (let calm = 0; calm < 3; calm += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        if (life.underWay > 0 && life.alive) calm = -1;
      }
    },
  };
}

/** The store as one life sees it: dead, it has no effect and no answer. */
function storeOf(life: Life, store: Store): Store {
  async function act<T>(effect: () => Promise<T>): Promise<T> {
    if (!life.alive) return nothing;
    life.underWay += 1;
    try {
      return await effect();
    } finally {
      life.underWay -= 1;
      if (!life.alive) await nothing;
    }
  }

  function dies(when: Death["when"]): boolean {
    const { death } = life;
    if (death?.atCommit !== life.commits + 1 || death.when !== when) return false;
    life.alive = false;
    return true;
  }

  return {
    get: (kind, id) => act(() => store.get(kind, id)),
    list: (kind, options) => act(() => store.list(kind, options)),
    commit: (writes) =>
      act(async () => {
        if (dies("before")) return;
        await store.commit(writes);
        dies("after");
        life.commits += 1;
      }),
    purge: (kind, ids) => act(() => store.purge(kind, ids)),
    probe: () => act(() => store.probe()),
    watch: (listener) => store.watch((writes) => life.alive && listener(writes)),
    close: () => act(() => store.close()),
  };
}

function clockOf(life: Life, clock: Clock): Clock {
  return {
    now: clock.now,
    after: (ms, run) => clock.after(ms, () => life.alive && run()),
  };
}

function stepOf(life: Life, step: Step): Step {
  return {
    ...step,
    async run(context) {
      if (!life.alive) return nothing;
      try {
        return await step.run(context);
      } finally {
        if (!life.alive) await nothing;
      }
    },
  };
}
