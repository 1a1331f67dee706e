import { ProviderError } from "../../src/core/errors.ts";
import type { Unsaved } from "../../src/core/plan.ts";
import type { Agent } from "../../src/core/ports/agent.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Git, RescueResult } from "../../src/core/ports/git.ts";
import type { Shell } from "../../src/core/ports/shell.ts";
import { createIdleBackend, type MachineBackend } from "../../src/simulators/fly/backend.ts";

/** What goes on inside simulated machines that run nothing: it takes time, and ends with the machine. */
export type Inside = {
  backend: MachineBackend;
  /** How often an agent was launched on each machine that was ever one. */
  launched: Map<string, number>;
  running: Set<string>;
  /** Bundles that arrived at the hub, by their directory. */
  bundles: Set<string>;
  /** Branches that rescued work was pushed to. */
  pushed: Set<string>;
  work: { unsaved: Unsaved; bundle: RescueResult };
  /** Cuts all connections to a machine. */
  drop(machineId: string): void;
};

/** Comes between a call and its effect: a hub that has died neither has effects nor gets answers. */
export type Act = <T>(call: string, effect: () => T | Promise<T>) => Promise<T>;

const cloneMs = 3000;
export const digest = "a".repeat(64);

type Machine = { isUp: boolean; cut: AbortController };

export function createInside(): Inside & { into(clock: Clock, act: Act): Way } {
  const machines = new Map<string, Machine>();
  const running = new Set<string>();

  function halt(id: string): void {
    machines.get(id)?.cut.abort();
    machines.set(id, { isUp: false, cut: new AbortController() });
    running.delete(id);
  }

  function drop(id: string): void {
    const before = machines.get(id);
    before?.cut.abort();
    machines.set(id, { isUp: before?.isUp ?? false, cut: new AbortController() });
  }

  const inside: Inside = {
    backend: {
      ...createIdleBackend(),
      async boot({ id }) {
        machines.set(id, { isUp: true, cut: new AbortController() });
      },
      halt: async ({ id }) => halt(id),
      remove: async ({ id }) => halt(id),
      dropConnections: async ({ id }) => drop(id),
    },
    drop,
    ...{ launched: new Map(), running, bundles: new Set(), pushed: new Set() },
    work: {
      unsaved: { state: "yes", commits: 1, files: 0 },
      bundle: { bundlePath: "/data/home/rescue.bundle", commits: 1, uncommittedFiles: 0 },
    },
  };
  return Object.assign(inside, {
    into: (clock: Clock, act: Act) => wayInto({ inside, machines }, clock, act),
  });
}

/** A hub's way to its machines. */
export type Way = {
  open(machineId: string, signal: AbortSignal): Promise<Shell>;
  git: Git;
  agent: Agent;
};

function wayInto(
  { inside, machines }: { inside: Inside; machines: Map<string, Machine> },
  clock: Clock,
  act: Act,
): Way {
  const machineOf = new WeakMap<Shell, string>();

  function lost(): ProviderError {
    return new ProviderError("Cannot go on: the connection was lost", { kind: "transient" });
  }

  /** Something that takes its time there, and is lost with the connection. */
  async function there(id: string, ms: number, signal: AbortSignal | undefined): Promise<void> {
    const machine = machines.get(id);
    if (machine?.isUp !== true) throw lost();
    const cut = machine.cut.signal;
    const ends = [cut, ...(signal === undefined ? [] : [signal])];
    let fail = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const cancel = clock.after(ms, resolve);
        fail = () => {
          cancel();
          reject(lost());
        };
        for (const end of ends) end.addEventListener("abort", fail);
        if (ends.some(({ aborted }) => aborted)) fail();
      });
    } finally {
      for (const end of ends) end.removeEventListener("abort", fail);
    }
  }

  async function on<T>(
    target: { shell: Shell; call: string; ms?: number },
    signal: AbortSignal | undefined,
    effect: (id: string) => T,
  ): Promise<T> {
    const { shell, call, ms = 5 } = target;
    const id = machineOf.get(shell) ?? "";
    return act(call, async () => {
      await there(id, ms, signal);
      return effect(id);
    });
  }

  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  return {
    async open(machineId, signal) {
      const shell: Shell = {
        run: async (argv, options) =>
          on({ shell, call: `run ${argv[0] ?? ""}` }, options.signal, () => {
            const stdout = argv.join(" ").includes("sha256sum") ? `${digest}  -\n` : "";
            return { exitCode: 0, stdout: bytes(stdout), stderr: bytes("") };
          }),
        put: (_from, _to, options) => on({ shell, call: "put" }, options.signal, () => undefined),
        get: (_from, to, options) =>
          on({ shell, call: "fetch" }, options.signal, () => void inside.bundles.add(to)),
        close: () => Promise.resolve(),
      };
      machineOf.set(shell, machineId);
      await on({ shell, call: "connect" }, signal, () => undefined);
      return shell;
    },
    git: {
      clone: ({ shell }, _request, signal) =>
        on({ shell, call: "clone", ms: cloneMs }, signal, () => ({
          ...{ baseCommit: "b".repeat(40), base: "main" },
        })),
      unsaved: ({ shell }, signal) =>
        on({ shell, call: "unsaved" }, signal, () => inside.work.unsaved),
      bundle: ({ shell }, signal) =>
        on({ shell, call: "bundle" }, signal, () => inside.work.bundle),
      pushRescue: ({ shell }, { branch }, signal) =>
        on({ shell, call: "push" }, signal, () => void inside.pushed.add(branch)),
      summary: () => Promise.reject(new Error("not used")),
      diff: () => Promise.reject(new Error("not used")),
    },
    agent: {
      name: "command",
      launch: ({ shell }, _request, signal) =>
        on({ shell, call: "launch" }, signal, (id) => {
          if (inside.running.has(id)) return;
          inside.running.add(id);
          inside.launched.set(id, (inside.launched.get(id) ?? 0) + 1);
        }),
      verify: ({ shell }, signal) => on({ shell, call: "verify" }, signal, () => undefined),
      state: ({ shell }, signal) =>
        on({ shell, call: "state" }, signal, () => ({ status: "working", since: 1 })),
      stop: ({ shell }, signal) =>
        on({ shell, call: "stop-agent" }, signal, (id) => void inside.running.delete(id)),
      restart: () => Promise.reject(new Error("not used")),
      transcript: () => Promise.reject(new Error("not used")),
      follow: () => Promise.reject(new Error("not used")),
      tell: () => Promise.reject(new Error("not used")),
      answer: () => Promise.reject(new Error("not used")),
      screen: () => Promise.reject(new Error("not used")),
    },
  };
}
