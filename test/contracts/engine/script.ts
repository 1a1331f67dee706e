import type { Lane, OperationKind } from "../../../src/core/operation.ts";
import type { Step, StepContext, StepOutcome } from "../../../src/core/ports/step.ts";

/** A step of one thopter that was begun and goes on until the test ends it. */
export type Held = {
  /** "otter:make" */
  name: string;
  context: StepContext;
  finish(outcome?: StepOutcome): void;
  fail(error: Error): void;
};

type How = { ignoresAbort?: boolean };

/** What the steps do, as a test directs it. */
export type Script = {
  /** Each begin of a step: "otter:make". */
  begun: string[];
  /** Each step that did what it is for. */
  done: string[];
  held: Held[];
  /** Steps of these names wait for the test, from now on. */
  hold(names: string | readonly string[], how?: How): void;
  /** Steps of this name go on, those that wait and those to come. */
  letGo(name: string): void;
  heldAt(thopter: string, name: string): Held;
  /** The next runs of a step throw these, one after another. */
  failNext(name: string, ...errors: Error[]): void;
  /** A step that does what the test asked for: waits, fails, or is done at once. */
  step(what: [OperationKind, Lane, string], more?: Partial<Step>): Step;
};

export function createScript(): Script {
  const holding = new Map<string, How>();
  const failures = new Map<string, Error[]>();
  const begun: string[] = [];
  const done: string[] = [];
  const held: Held[] = [];

  function wait(about: Pick<Held, "name" | "context">, how: How): Promise<StepOutcome> {
    return new Promise((resolve, reject) => {
      function end(then: () => void): void {
        const index = held.indexOf(entry);
        if (index !== -1) held.splice(index, 1);
        then();
      }
      const entry: Held = {
        ...about,
        finish: (outcome = {}) => end(() => resolve(outcome)),
        fail: (error) => end(() => reject(error)),
      };
      held.push(entry);
      if (how.ignoresAbort === true) return;
      const { signal } = about.context;
      signal.addEventListener("abort", () => entry.fail(new Error("let go")), { once: true });
    });
  }

  async function run(context: StepContext, name: string): Promise<StepOutcome> {
    const full = `${context.thopter().name}:${name}`;
    begun.push(full);
    const failure = failures.get(name)?.shift();
    if (failure !== undefined) throw failure;
    const how = holding.get(name);
    const outcome = how === undefined ? {} : await wait({ name: full, context }, how);
    done.push(full);
    return outcome;
  }

  return {
    ...{ begun, done, held },
    hold(names, how = {}) {
      for (const name of [names].flat()) holding.set(name, how);
    },
    letGo(name) {
      holding.delete(name);
      for (const entry of [...held]) if (entry.name.endsWith(`:${name}`)) entry.finish();
    },
    heldAt(thopter, name) {
      const found = held.find((entry) => entry.name === `${thopter}:${name}`);
      if (found === undefined) throw new Error(`"${thopter}:${name}" is not held`);
      return found;
    },
    failNext: (name, ...errors) => void failures.set(name, errors),
    step([kind, lane, name], more = {}) {
      const standard = {
        after: [],
        timeoutMs: 60_000,
        run: (context: StepContext) => run(context, name),
      };
      return { kind, lane, name, ...standard, ...more };
    },
  };
}

/** As many kinds of steps as the lane rules know, and no more. */
export function standardSteps({ step }: Script): Step[] {
  const freeze = step(["destroy", "destroy", "freeze"]);
  const make = step(["provision", "provision", "make"]);
  return [
    {
      ...make,
      async run(context) {
        const { machineIntentAt = 1 } = context.thopter();
        await context.record({ machineIntentAt });
        await make.run(context);
        return { note: "made", thopter: { machineId: context.thopter().id } };
      },
    },
    step(["provision", "provision", "clone"], { after: ["make"] }),
    step(["provision", "provision", "context"], { after: ["make"] }),
    step(["provision", "setup", "launch"], { after: ["clone", "context"] }),
    {
      ...freeze,
      async run(context) {
        await context.supersedeProvision();
        return freeze.run(context);
      },
    },
    step(["destroy", "destroy", "remove"], { after: ["freeze"], pointOfNoReturn: true }),
  ];
}
