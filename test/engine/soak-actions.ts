import { StaleWriteError, StoreUnavailableError, UserError } from "../../src/core/errors.ts";
import type { Submission, Submitted } from "../../src/core/ports/engine.ts";
import { ann, askDestroy, askProvision, makeThopter, setting } from "../contracts/engine/world.ts";
import type { World } from "../contracts/engine/world.ts";
import type { Action, Request } from "./soak-choices.ts";
import type { Soak } from "./soak-world.ts";

type Doing = Action["doing"];

/** Does one thing, without waiting for its answer unless everything is to come to rest. */
export async function act(soak: Soak, { doing, rests }: Action): Promise<void> {
  const { world, note } = soak;
  await run(soak, doing);
  if (!rests) return;
  await world.quiet();
  if (!world.host.isAlive) return;
  const { lanes, thopters } = await world.engine.status();
  for (const { lane, running, limit } of lanes) if (running > limit) note(`${lane} is too full`);
  if (thopters.used > thopters.limit) note("the fleet is too large");
}

async function run(soak: Soak, doing: Doing): Promise<void> {
  const { world } = soak;
  const { host } = world;
  const by = { actor: ann, front: "cli", reason: "soak" } as const;
  switch (doing.kind) {
    case "submit":
      return submit(soak, doing);
    case "advance":
      return world.clock.advance(doing.ms);
    case "cancel":
      return withOperation(soak, doing.nth, (id) => world.engine.cancel(id, by));
    case "retry":
      return withOperation(soak, doing.nth, (id) => world.engine.retry(id, by));
    case "amend":
      return amend(soak, doing.name);
    case "pause":
    case "resume":
      return watchAnswer(soak, world.engine[doing.kind](doing.scope));
    case "crash":
      await host.mended();
      return world.reopen();
    case "restart":
      return restart(world);
    case "lose":
      return host.loseDisk(doing.left);
    case "mend":
      return host.mendDisk();
  }
}

async function amend(soak: Soak, name: string): Promise<void> {
  const { engine } = soak.world;
  const id = await living(soak.world, name);
  watchAnswer(
    soak,
    engine.amend(id, ({ labels }) => ({ labels: [...labels, "x"] })),
  );
}

async function restart(world: World): Promise<void> {
  const drained = world.engine.drain(1000);
  await world.clock.advance(20_000);
  await drained;
  await world.host.mended();
  await world.reopen();
}

async function submit(soak: Soak, doing: Doing & { kind: "submit" }): Promise<void> {
  const { world, note } = soak;
  const known = await world.host.store.list("operation");
  const waitFor = doing.after === undefined ? undefined : known[doing.after]?.id;
  const asked = await Promise.all(
    doing.requests.map((request) => toSubmission(soak, request, waitFor)),
  );
  const isStale = doing.stale === 0;
  const submitted = world.engine.submit(asked, isStale ? () => [setting(2)] : undefined);
  watchAnswer(soak, submitted);
  submitted.then(
    (answers) => {
      if (isStale) note("a stale write alongside was accepted");
      return checkAcknowledged(soak, answers);
    },
    () => undefined,
  );
}

/** What is answered is on disk. */
async function checkAcknowledged({ world, note }: Soak, answers: Submitted[]): Promise<void> {
  for (const { operation } of answers) {
    const stored = await world.host.store.get("operation", operation.id);
    if (stored === undefined || stored.version < operation.version) {
      note(`operation ${operation.id} was acknowledged in a version that is not on disk`);
    }
  }
}

async function toSubmission(
  { world, nextNumber }: Soak,
  request: Request,
  waitFor: string | undefined,
): Promise<Submission> {
  const { name, priority } = request;
  const after = waitFor === undefined ? {} : { after: [waitFor] };
  if (request.kind === "destroy") {
    const thopterId = await living(world, name);
    return askDestroy(world, name, { thopterId, priority, force: request.force, ...after });
  }
  const { owner: ownerId, keepOnFailure, key } = request;
  const id = `${name}-${nextNumber()}`;
  const thopter = makeThopter(world, name, { id, ownerId, keepOnFailure });
  return askProvision(world, name, { thopter, priority, ...after, ...(key && { key }) });
}

/** The id of the thopter that has this name now. */
async function living({ engine }: World, name: string): Promise<string> {
  const found = (await engine.thopters()).find((thopter) => thopter.name === name);
  return found?.id ?? "nobody";
}

async function withOperation(
  soak: Soak,
  nth: number,
  ask: (id: string) => Promise<unknown>,
): Promise<void> {
  const known = await soak.world.host.store.list("operation");
  const operation = known[nth % Math.max(1, known.length)];
  if (operation !== undefined) watchAnswer(soak, ask(operation.id));
}

/** A request is refused with words for people, or for a reason that the test made. */
function watchAnswer({ note }: Soak, answer: Promise<unknown>): void {
  answer.catch((error: unknown) => {
    const kinds = [UserError, StoreUnavailableError, StaleWriteError];
    if (!kinds.some((kind) => error instanceof kind)) note(`a request broke: ${String(error)}`);
  });
}
